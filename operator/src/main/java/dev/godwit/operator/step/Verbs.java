package dev.godwit.operator.step;

/** Names of what steps do; {@code SERVICE/VERB} names a step of a service. */
public final class Verbs {

  /** Records what is there and marks it as held by the migration. */
  public static final String SNAPSHOT = "snapshot";

  /** Runs the user's own backup. */
  public static final String BACKUP = "backup";

  /** Makes green and waits for it. */
  public static final String DEPLOY = "deploy";

  /** Runs {@code smokeTests}. */
  public static final String SMOKE_TESTS = "smoke-tests";

  /** Runs {@code tests}. */
  public static final String TESTS = "tests";

  /** Compares green with blue under load. */
  public static final String PERFORMANCE = "performance";

  /** Keeps blue's autoscaler from scaling it down. */
  public static final String HOLD_AUTOSCALER = "hold-autoscaler";

  /** Notes what the old version's metrics are. */
  public static final String BASELINE = "baseline";

  /** Waits until those who use a database are known to be well; from then on they are watched. */
  public static final String HEALTH = "health";

  /** Gives each green as many pods as its blue has by now. */
  public static final String GROW = "grow";

  /** Moves traffic from blue to green. */
  public static final String SWITCH = "switch";

  /** Waits while the guards watch. */
  public static final String MONITOR = "monitor";

  /** Waits between one service and the next. */
  public static final String PAUSE = "pause";

  /** Waits while blue stays whole. */
  public static final String STABILITY = "stability";

  /** Waits until blue's connections have ended. */
  public static final String DRAIN_BLUE = "drain-blue";

  /** Brings the original workload to the new version. */
  public static final String UPGRADE = "upgrade";

  /** Waits until somebody else has brought the original workload to the new version. */
  public static final String HANDOVER = "handover";

  /** Moves traffic back to the original workload, which runs the new version now. */
  public static final String RETURN = "return";

  /** Waits until green's connections have ended. */
  public static final String DRAIN_GREEN = "drain-green";

  /** Deletes blue. */
  public static final String DELETE_BLUE = "delete-blue";

  /** Removes what the operator made. */
  public static final String REMOVE = "remove";

  /** Lets go of what the migration held. */
  public static final String RELEASE = "release";

  /** Lets the Services select by the label of what is in rotation. */
  public static final String ROTATION_ON = "rotation-on";

  /** Lets the Services select as they did before. */
  public static final String ROTATION_OFF = "rotation-off";

  /** Takes a member out of rotation; the member is named after it, as in {@code out-2}. */
  public static final String OUT = "out";

  /** Returns a member to rotation; the member is named after it, as in {@code in-2}. */
  public static final String IN = "in";

  private Verbs() {}
}
