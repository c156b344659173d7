package dev.godwit.operator.cluster;

/** Is told that something changed that a migration should look at. Must not block. */
@FunctionalInterface
public interface Wakeup {

  /** Leads to a reconciliation of the Migration of that name, soon; it need not exist. */
  void wake(String namespace, String migration);
}
