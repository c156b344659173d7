# shellcheck shell=bash
# Runs the runner as its image does, and without a container. To be sourced.
: "${PROJECT:?}"

readonly IMAGE=$PROJECT/runner/target/image

# prepare_runner: reads how the image starts it, once dev/image.sh has built that.
prepare_runner() {
    local classpath
    local -a options
    mapfile -t options < <(grep '^-[^c]' "$IMAGE/root/app/java.options")
    classpath=$(sed -n 's/^-cp //p' "$IMAGE/root/app/java.options")
    runner_command=("$IMAGE/root/opt/java/bin/java" "${options[@]/=\/app\//=$IMAGE/root/app/}"
        -cp "${classpath//\/app\//$IMAGE/jars/app/}" dev.godwit.runner.Main)
}

# runner ARGUMENT…: Java, options and jars of the image, where its build has left them.
runner() { "${runner_command[@]}" "$@"; }
