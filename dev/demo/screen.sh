# shellcheck shell=bash
# What the demo shows: one frame drawn over the last one on a terminal, and lines of what is new everywhere else.
# To be sourced, with demo set to this directory and work to one for files.
: "${demo:?}" "${work:?}"

if [[ -t 1 && -z ${CI:-} && ${TERM:-dumb} != dumb ]]; then live=true; else live=false; fi
frame_height=0 terminal_height=24 terminal_width=100

measure_terminal() { ! $live || read -r terminal_height terminal_width < <(stty size </dev/tty); }
measure_terminal

# heading TEXT and note TEXT: what stays on the screen, above the frames that follow.
heading() { if $live; then printf '\n\e[1m%s\e[0m\n' "$*"; else printf '\n== %s\n' "$*"; fi; }
note() { if $live; then fold --spaces --width "$terminal_width" <<<"$*"; else printf '%s\n' "$*"; fi; }

# good TEXT, bad TEXT: how a claim turned out.
good() { if $live; then printf '  \e[32m✓\e[0m %s\n' "$*"; else printf '  ok    %s\n' "$*"; fi; }
bad() { if $live; then printf '  \e[1;31m✗ %s\e[0m\n' "$*"; else printf '  FAIL  %s\n' "$*"; fi; }

# frame FORM: what is known of the migration and the load at this moment.
frame() {
    jq -nr -L "$demo" -f "$demo/frame.jq" --arg form "$1" --argjson now "$(date +%s.%N)" \
        --argjson width "$terminal_width" --argjson colour "$live" \
        --rawfile migration "$work/migration" --rawfile fresh "$work/fresh" --rawfile kept "$work/kept"
}

begin_frames() {
    leave_frame
    scene_began=$EPOCHREALTIME
    : >"$work/events"
    measure_terminal
}

# leave_frame: what was drawn stays, and the next frame comes below it.
leave_frame() { frame_height=0; }

# draw: to be called again and again.
draw() { if $live; then draw_over; else append_events; fi; }

draw_over() {
    local lines
    mapfile -t lines < <(frame tree)
    # A frame that is higher than the terminal can't be drawn over.
    lines=("${lines[@]:0:terminal_height - 1}")
    ((frame_height == 0)) || printf '\e[%dF' "$frame_height"
    # Without wrapping, so that a line stays a line; what was there before is wiped.
    printf '\e[?7l'
    printf '\e[K%s\n' "${lines[@]}"
    printf '\e[J\e[?7h'
    frame_height=${#lines[@]}
}

append_events() {
    local at
    frame events >"$work/events.new"
    at=$(awk -v now="$EPOCHREALTIME" -v began="$scene_began" 'BEGIN {printf "%6.1fs", now - began}')
    grep -vxFf "$work/events" "$work/events.new" | sed "s|^|$at  |" || true
    mv "$work/events.new" "$work/events"
}
