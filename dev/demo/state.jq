# What a migration might leave changed, as text to compare: the specifications, labels and annotations of the
# objects that users know. Reads `kubectl get deployments,services,… -o json`.
[.items[]
 | {kind, name: .metadata.name, labels: .metadata.labels,
    # Written by Kubernetes itself at every rollout.
    annotations: ((.metadata.annotations // {}) | del(.["deployment.kubernetes.io/revision"])),
    finalizers: .metadata.finalizers, spec}]
| sort_by([.kind, .name])
