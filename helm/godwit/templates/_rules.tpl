{{/*
What the operator may do in a namespace that it works in: each resource and each verb by name, so that a
reader can check them against the code. It may not read Secrets: the Jobs that it starts refer to them.
*/}}
{{- define "godwit.rules" -}}
- apiGroups: [godwit.dev]
  resources: [migrations]
  verbs: [get, list, watch, patch]
- apiGroups: [godwit.dev]
  resources: [migrations/status]
  verbs: [update]
- apiGroups: [godwit.dev]
  resources: [schemamigrations]
  verbs: [get, list, watch, patch]
- apiGroups: [godwit.dev]
  resources: [schemamigrations/status]
  verbs: [update]
# To own objects that block the deletion of a migration until they are gone.
- apiGroups: [godwit.dev]
  resources: [schemamigrations/finalizers]
  verbs: [update]
# The SQL of a schema is read where a user has written it, and kept as it was at the start.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, create, delete]
# What healthy means, read when a migration that names it starts.
- apiGroups: [godwit.dev]
  resources: [healthpolicies]
  verbs: [get]
# To own objects that block the deletion of a migration until they are gone.
- apiGroups: [godwit.dev]
  resources: [migrations/finalizers]
  verbs: [update]
# People's answers to gates: read, and told what became of them; never given.
- apiGroups: [godwit.dev]
  resources: [migrationapprovals]
  verbs: [list, watch]
- apiGroups: [godwit.dev]
  resources: [migrationapprovals/status]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
# Upgraded in place, never made or deleted.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, patch]
# What is recorded of a workload before it is touched.
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# In place: the label by which Services select a pod, and on the way back pods of the new version.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch, delete]
# Why a check's Job failed.
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# Whether a switch has reached the data plane.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
# The twins of what goes by the labels of the version that runs.
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, create, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, delete]
# Whether there is room for a second copy, said before anything is touched.
- apiGroups: [""]
  resources: [resourcequotas]
  verbs: [list]
# Whether a volume of the version that runs can be mounted by a second one.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get]
# A user's backup may be a snapshot of the claims.
- apiGroups: [snapshot.storage.k8s.io]
  resources: [volumesnapshots]
  verbs: [list, watch, create, delete]
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end -}}
