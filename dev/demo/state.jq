# What a migration might leave changed, as text to compare: the specifications, labels and annotations of the
# objects that users know. Reads `kubectl get deployments,services,… -o json`.
[.items[]
 | {kind, name: .metadata.name, labels: .metadata.labels,
    # Kubernetes counts rollouts in the one; in the other kubectl keeps what was last applied by hand.
    annotations: ((.metadata.annotations // {})
      | del(.["deployment.kubernetes.io/revision"], .["kubectl.kubernetes.io/last-applied-configuration"])),
    finalizers: .metadata.finalizers, spec}]
| sort_by([.kind, .name])
