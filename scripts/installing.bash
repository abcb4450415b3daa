# Sourced by the ensure-* scripts: what tests need from elsewhere goes into .clients, at a pinned version. What is there
# already stays. Where a runtime or a network is missing, the reason is printed and kept, for whoever has to do without.
mkdir -p .clients
cd .clients

copy_jars() { # copy_jars POM FOLDER
    mvn --batch-mode --quiet --file "$1" -Dmaven.repo.local="$PWD/$2/repository" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$PWD/$2/lib" &&
        rm -rf "$2/repository"
}

ensure() { # ensure FOLDER INSTALL "PROGRAMS" PINS…
    local folder=$1 install=$2 needs=$3 program wanted
    wanted=$(cat "$itself" "${@:4}" | cksum)
    if [[ -f $folder/.ready && $(<"$folder/.ready") == "$wanted" ]]; then return; fi
    rm -rf "$folder" "$folder.missing"
    for program in $needs; do
        if ! command -v "$program" >/dev/null; then
            echo "$program is not installed" >"$folder.missing"
            echo "==> $folder: left out, $without: $program is not installed"
            return
        fi
    done
    echo "==> $folder: installing, once"
    mkdir "$folder"
    if "$install" >"$folder.log" 2>&1; then
        echo "$wanted" >"$folder/.ready"
    else
        { grep -E 'ERROR|npm error|error:' "$folder.log" || tail -n 1 "$folder.log"; } | head -n 1 | cut -c 1-300 >"$folder.missing"
        echo "==> $folder: could not be installed, $without: $(<"$folder.missing")"
        rm -rf "$folder"
    fi
}
