# The services of a Migration in the order in which their traffic went back, a line each:
#
#   jq -r -L DIRECTORY-OF-THIS -f way-back.jq MIGRATION.json
#
# Fails where one began to go back before the one before it was confirmed.
include "time";

[(.status.steps // [])[] | select((.name | endswith("/switch")) and .undoneAt != null)
 | {service: .name[:-7], from: .undoStartedAt | seconds, to: .undoneAt | seconds}]
| sort_by(.to)
| . as $back
| (range(1; length) | select($back[.].from < $back[. - 1].to)
   | "\($back[.].service) began to go back before \($back[. - 1].service) was\n" | halt_error),
  .[].service
