package dev.godwit.api.v1alpha1;

import java.util.List;

/** What every strategy lets a user say of how a service is moved. */
public interface StrategySettings {

  /** Checks against the new pods, out of rotation, as soon as they are ready; null means none. */
  List<Check> smokeTests();

  /** Checks against the new pods, out of rotation, after the smoke tests; null means none. */
  List<Check> tests();

  /** How the new version is compared with the old one under load; null means not at all. */
  Performance performance();

  /** How long each step may wait for pods to become ready, as {@link TimeSpan}. */
  String deadline();

  /** How long the guards watch after a switch before the migration goes on, as {@link TimeSpan}. */
  String monitor();

  /** How long the old version stays whole after that, as {@link TimeSpan}. */
  String stability();

  /** How long pods stay after traffic has left them, as {@link TimeSpan}. */
  String drain();

  /** What is left at the end. */
  Cleanup cleanup();

  /** Where the migration waits for a person, a window or a delay; null means nowhere. */
  Gates gates();
}
