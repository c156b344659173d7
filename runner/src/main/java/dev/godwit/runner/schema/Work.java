package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;

/**
 * What the steps of a run work with.
 *
 * @param session does everything
 * @param place the schema
 * @param order what is to be done
 * @param catalogue the versions
 * @param fence keeps others away
 * @param history says what was done
 * @param time measures
 */
record Work(
    Session session,
    Place place,
    SchemaOrder order,
    Catalogue catalogue,
    Fence fence,
    History history,
    Time time) {

  /** How far the schema is. */
  Progress progress() throws SchemaFailure {
    return Progress.of(catalogue, history.last());
  }
}
