package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;

/**
 * What a person wants of a migration that runs.
 *
 * @param deleted whether the resource is being deleted
 * @param staysPastReturn whether what can't be taken back any more is left as it is by one who
 *     wants it back; else what is left, as the clean-up, is done to its end
 */
public record Controls(
    boolean paused,
    boolean abort,
    boolean deleted,
    boolean staysPastReturn,
    OnFailure onFailure,
    OnUndoFailure onUndoFailure) {}
