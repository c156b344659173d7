package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMode;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A SchemaMigration as a Migration sees it that it is a stage of. */
public record SchemaView(SchemaMigration object) {

  /** What follows the title of one that goes on only when a person mends something. */
  static final String STALLED = " is stalled";

  /** Whether it waits for a Migration, by its own specification. */
  public boolean isStaged() {
    return object.getSpec().mode() == SchemaMode.STAGED;
  }

  /** Whether it has begun to work on the database. */
  public boolean hasStarted() {
    return of(SchemaMigrationStatus::startTime).isPresent();
  }

  /** Whether it has ended, in whatever way. */
  public boolean hasEnded() {
    return of(SchemaMigrationStatus::completionTime).isPresent();
  }

  /** Whether all its versions are there, and can still be taken back. */
  public boolean isStandingBy() {
    return is("StandingBy");
  }

  /** Whether it has ended with all its versions. */
  public boolean hasSucceeded() {
    return is("Succeeded");
  }

  /** Whether it goes neither on nor back by itself. */
  public boolean isStalled() {
    return is("Stalled");
  }

  /** Whether it has brought a version that it can't take back. */
  public boolean isPastReturn() {
    return is("PastReturn");
  }

  /** Whether it has turned round. */
  public boolean isGoingBack() {
    return of(SchemaMigrationStatus::direction).filter(Direction.BACKWARD::equals).isPresent();
  }

  /** Whether it is being deleted. */
  public boolean isDeleted() {
    return object.getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether a person wants it back. */
  public boolean isAborted() {
    return Boolean.TRUE.equals(object.getSpec().abort());
  }

  /** Whether a Migration holds it, and wants this of it. */
  public boolean isHeld(String migration, Wanted wanted) {
    return Marks.isHeldBy(object, migration)
        && Marks.wanted(object).filter(wanted::equals).isPresent();
  }

  /**
   * Whether anything of what a Migration writes on one is left: a tool may remove the label alone.
   */
  public boolean isMarked(String migration) {
    return Marks.isHeldBy(object, migration)
        || (Marks.holder(object).isEmpty() && Marks.wanted(object).isPresent());
  }

  /** Whether another Migration holds it. */
  public boolean isHeldByAnother(String migration) {
    return Marks.holder(object).filter(holder -> !holder.equals(migration)).isPresent();
  }

  /** Why a Migration that has not come to it can't run it, if it can't. */
  public Optional<String> problem(String migration) {
    if (!isStaged()) {
      return Optional.of(
          title() + " starts by itself: set its spec.mode to Staged before it has started");
    }
    if (isDeleted()) {
      return Optional.of(title() + " is being deleted");
    }
    if (hasEnded()) {
      return Optional.of(
          title()
              + " has ended already: leave it out, or delete it, which leaves the database as it"
              + " is, and create it again");
    }
    if (isHeldByAnother(migration)) {
      return Optional.of(
          title()
              + " is held by Migration "
              + Marks.holder(object).orElseThrow()
              + ": wait for its end");
    }
    return hasStarted()
        ? Optional.of(
            title() + " has run for another Migration, and says how it is let go of: " + message())
        : Optional.empty();
  }

  /** What it says itself. */
  public String message() {
    return title() + ": " + said();
  }

  /** The same of one that is stalled, with the word for why. */
  public String stalledMessage() {
    String reason = condition("Stalled").map(Condition::getReason).orElse("Unknown");
    return title() + STALLED + " (" + reason + "): " + said();
  }

  private String said() {
    return of(SchemaMigrationStatus::message).orElse("nothing is known of it yet");
  }

  /** Kind and name. */
  public String title() {
    return title(object.getMetadata().getName());
  }

  /** Kind and name of one. */
  public static String title(String name) {
    return "SchemaMigration " + name;
  }

  private boolean is(String condition) {
    return condition(condition).isPresent();
  }

  private Optional<Condition> condition(String type) {
    return of(SchemaMigrationStatus::conditions).orElse(List.<Condition>of()).stream()
        .filter(one -> one.getType().equals(type) && one.getStatus().equals("True"))
        .findFirst();
  }

  private <T> Optional<T> of(Function<SchemaMigrationStatus, T> part) {
    return Optional.ofNullable(object.getStatus()).map(part);
  }
}
