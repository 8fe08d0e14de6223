namespace Buildpacks.Testing.Builders;

/// <summary>
/// A buildpack of shell scripts. It takes apps with an <c>app.txt</c>, and does what other files of the app tell it: fail, sleep,
/// talk. It makes a launch layer from <c>app.txt</c> that it reuses while that does not change, a cached layer that counts builds,
/// SBOMs, and processes.
/// </summary>
public static class TestBuildpack
{
    /// <summary>Its id.</summary>
    public const string Id = "test/app";
    /// <summary>Its version.</summary>
    public const string Version = "1.2.3";

    private const string Detect = """
        #!/bin/sh
        [ -f detect-error ] && { echo "detect goes wrong" >&2; exit 1; }
        [ -f app.txt ] || exit 100
        """;

    private const string Build = """
        #!/bin/sh
        set -e
        layers=$CNB_LAYERS_DIR
        for env in "$CNB_PLATFORM_DIR"/env/*; do
          [ -e "$env" ] && echo "env ${env##*/}=$(cat "$env")"
        done
        [ -f run ] && sh ./run
        [ -f sleep ] && { echo "sleeping"; sleep "$(cat sleep)"; }
        [ -f fail ] && { echo "this app cannot be built" >&2; exit 7; }
        [ -f long-line ] && { dd if=/dev/zero bs=1024 count=3000 2>/dev/null | tr '\0' 'x'; echo; }
        echo "whoami $(id -u):$(id -g)"

        sum=$(sha256sum app.txt | cut -d' ' -f1)
        if grep -q "sum = \"$sum\"" "$layers/data.toml" 2>/dev/null; then
          echo "reusing data"
        else
          echo "making data"
          rm -rf "$layers/data"; mkdir -p "$layers/data/bin"
          cp app.txt "$layers/data/app.txt"
        fi
        printf '[types]\nlaunch = true\n[metadata]\nsum = "%s"\n' "$sum" > "$layers/data.toml"
        echo '{"bomFormat":"CycloneDX","specVersion":"1.4","components":[{"name":"data"}]}' > "$layers/data.sbom.cdx.json"

        mkdir -p "$layers/counter"
        count=$(( $(cat "$layers/counter/count" 2>/dev/null || echo 0) + 1 ))
        [ -f steady ] && count=1
        echo $count > "$layers/counter/count"
        echo "build number $count"
        printf '[types]\ncache = true\n' > "$layers/counter.toml"

        cat > "$layers/launch.toml" <<EOF
        [[processes]]
        type = "web"
        command = ["/bin/httpd"]
        args = ["-f", "-p", "8080", "-h", "/workspace"]
        default = true

        [[processes]]
        type = "show"
        command = ["/bin/cat"]
        args = ["$layers/data/app.txt"]
        EOF
        """;

    /// <summary>Writes the buildpack into a folder.</summary>
    public static string Write(TestFolder folder)
    {
        var path = folder.Folder("buildpack");
        folder.File("buildpack/buildpack.toml", $"""
            api = "0.10"
            [buildpack]
            id = "{Id}"
            version = "{Version}"
            homepage = "https://example.com/app"
            sbom-formats = ["application/vnd.cyclonedx+json"]
            [[targets]]
            os = "linux"
            """);
        folder.File("buildpack/notes.txt", "of the builder\n");
        foreach (var (name, script) in new[] { ("detect", Detect), ("build", Build) })
        {
            folder.Script($"buildpack/bin/{name}", script + "\n");
        }

        return path;
    }
}
