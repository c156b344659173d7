package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import java.util.List;
import java.util.Locale;

/** What a person would run, as the end of a message of a step that is stuck. */
final class Commands {

  private static final String ON_DELETE =
      "{\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":null}}}";

  private Commands() {}

  /**
   * The operator goes on by itself once the template is the old one. A StatefulSet must not replace
   * its members before: they are in rotation, and go back one by one.
   */
  static String restoreTemplate(ServicePlan plan, Marks.Maker maker) {
    String kind = plan.spec().workload().kind().word().toLowerCase(Locale.ROOT);
    String target = "%s/%s --namespace=%s".formatted(kind, plan.workload(), maker.namespace());
    String undo = "kubectl rollout undo " + target;
    return "Put it back by hand: "
        + (plan.spec().workload().kind() == WorkloadKind.STATEFUL_SET
            ? "kubectl patch " + target + " --type=merge --patch='" + ON_DELETE + "' && " + undo
            : undo);
  }

  /** Whoever knows that a member may serve as it is lets it. */
  static String label(List<String> pods, Marks.Maker maker) {
    return "To let it serve all the same: kubectl label pod %s --namespace=%s %s=%s"
        .formatted(String.join(" ", pods), maker.namespace(), Marks.ROTATION, Marks.IN);
  }

  /** Nobody restores what was not saved: all that is left is to accept what is there. */
  static String leaveAsItIs(Marks.Maker maker) {
    return "To leave everything as it is: kubectl delete migration/%s --namespace=%s"
        .formatted(maker.migration(), maker.namespace());
  }

  /** Of a database that nothing takes back. */
  static String leaveAsItIs(SchemaRun run) {
    return "To leave the database as it is: kubectl delete schemamigration/%s --namespace=%s"
        .formatted(run.name(), run.namespace());
  }

  /** For one whose Migration is gone. */
  static String want(SchemaRun run, Wanted wanted) {
    return "kubectl annotate --overwrite schemamigration/%s --namespace=%s %s=%s"
        .formatted(run.name(), run.namespace(), Marks.WANTED, wanted.word());
  }

  /** A Job that is gone is made anew. */
  static String runAgain(String job, String namespace) {
    return "Mend it, and run it again: kubectl delete job/%s --namespace=%s"
        .formatted(job, namespace);
  }

  /** The SQL can't be mended any more: the database can, or it stays as it is. */
  static String takeBackAgain(String job, SchemaRun run) {
    return ("Mend the database, and try again: kubectl delete job/%s --namespace=%s. Or leave it as"
            + " it is: delete the SchemaMigration")
        .formatted(job, run.namespace());
  }

  /** Why pods of the old version aren't ready is for a person to find out. */
  static String look(ServicePlan plan, Marks.Maker maker) {
    String kind = plan.spec().workload().kind().word().toLowerCase(Locale.ROOT);
    return "See why: kubectl describe %s/%s --namespace=%s"
        .formatted(kind, plan.workload(), maker.namespace());
  }
}
