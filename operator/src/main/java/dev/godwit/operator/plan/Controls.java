package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;

/**
 * What a person wants of a migration that runs.
 *
 * @param deleted whether the resource is being deleted
 */
public record Controls(
    boolean paused,
    boolean abort,
    boolean deleted,
    OnFailure onFailure,
    OnUndoFailure onUndoFailure) {}
