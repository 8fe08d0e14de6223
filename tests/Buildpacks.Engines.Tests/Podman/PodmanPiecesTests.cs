using System.Text;
using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Podman.Arguments;
using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Reporting;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>The small parts of the adapter.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PodmanPiecesTests
{
    [Theory]
    [InlineData("web", "docker.io/library/web:latest", "web")]
    [InlineData("web:2", "docker.io/library/web:2", "web:2")]
    [InlineData("team/web", "docker.io/team/web:latest", "team/web")]
    [InlineData("deadbeef0123", "docker.io/library/deadbeef0123:latest", "deadbeef0123")]
    [InlineData("docker.io/library/web:2", "docker.io/library/web:2")]
    [InlineData("index.docker.io/library/web:2", "docker.io/library/web:2")]
    [InlineData("localhost/web", "localhost/web:latest")]
    [InlineData("localhost:5000/web:1", "localhost:5000/web:1")]
    [InlineData("-x")]
    [InlineData("--all")]
    [InlineData("Not A Name")]
    [InlineData("")]
    public void A_name_stands_for_these(string name, params string[] candidates) =>
        Assert.Equal(candidates, PodmanImageNames.Candidates(name));

    [Fact]
    public void An_id_and_a_digest_stand_for_themselves()
    {
        var hex = new string('a', 64);

        Assert.Equal([hex], PodmanImageNames.Candidates(hex));
        Assert.Equal(["sha256:" + hex], PodmanImageNames.Candidates("sha256:" + hex));
        Assert.Equal(["quay.io/web@sha256:" + hex], PodmanImageNames.Candidates("quay.io/web:1@sha256:" + hex));
    }

    [Theory]
    [InlineData("/a", "/b", false, "--mount=type=bind,source=/a,target=/b")]
    [InlineData("/a", "/b", true, "--mount=type=bind,source=/a,target=/b,ro=true")]
    [InlineData("/a,b", "/c \"d\"", false, "--mount=type=bind,\"source=/a,b\",\"target=/c \"\"d\"\"\"")]
    public void A_mount_is_written_as_comma_separated_values(string source, string target, bool readOnly, string expected) =>
        Assert.Equal(expected, MountArgument.Format(new ContainerMount(ContainerMountKind.Bind, source, target, readOnly)));

    [Theory]
    [InlineData("PATH", true)]
    [InlineData("path", true)]
    [InlineData("CONTAINER_HOST", true)]
    [InlineData("XDG_CACHE_HOME", true)]
    [InlineData("https_proxy", true)]
    [InlineData("BP_JVM_VERSION", false)]
    [InlineData("CNB_PLATFORM_API", false)]
    [InlineData("MY_PATH", false)]
    public void Variables_that_podman_reads_itself_are_kept_from_it(string name, bool reserved) =>
        Assert.Equal(reserved, ReservedVariables.Contains(name));

    [Fact]
    public void A_reserved_variable_of_several_lines_is_refused_by_name_without_its_value()
    {
        var failure = Assert.Throws<PackException>(() => ContainerEnvironment.Prepare(new Dictionary<string, string> { ["PATH"] = "a\nsecret" }));

        Assert.Equal((PackErrorKind.InvalidInput, "PATH"), (failure.Kind, failure.Target));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_for_reserved_variables_is_private_and_does_not_stay()
    {
        string path;
        using (var environment = ContainerEnvironment.Prepare(new Dictionary<string, string> { ["HOME"] = "/x", ["OTHER"] = "y" }))
        {
            Assert.Equal(["OTHER"], environment.Variables.Keys);
            Assert.Equal("--env=OTHER", environment.Arguments[0]);
            path = environment.Arguments[1]["--env-file=".Length..];
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal("HOME=/x\n", File.ReadAllText(path));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_user_s_podman_keeps_its_state_where_it_was_when_its_temporary_files_move()
    {
        using var folder = new TestFolder("runtime");
        var ours = Directory.CreateDirectory(folder["podman-run-424242"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var anyones = Directory.CreateDirectory(folder["podman-run-434343"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);

        var environment = new Dictionary<string, string?> { ["TMPDIR"] = folder.Path };
        Assert.True(RuntimeFolder.TryPin(environment, 424242));
        Assert.Equal(ours.FullName, environment["XDG_RUNTIME_DIR"]);

        environment = new Dictionary<string, string?> { ["TMPDIR"] = folder.Path };
        Assert.False(RuntimeFolder.TryPin(environment, 434343), anyones.FullName);
        Assert.False(RuntimeFolder.TryPin(environment, 444444));

        environment = new Dictionary<string, string?> { ["TMPDIR"] = folder.Path, ["XDG_RUNTIME_DIR"] = "/chosen" };
        Assert.True(RuntimeFolder.TryPin(environment, 424242));
        Assert.Equal("/chosen", environment["XDG_RUNTIME_DIR"]);
    }

    [Theory]
    [InlineData("ssh://user:secret@host:22/run/podman.sock", "ssh://user:***@host:22/run/podman.sock")]
    [InlineData("--url=ssh://user@host/run/podman.sock", "--url=ssh://user@host/run/podman.sock")]
    [InlineData("unix:///run/podman/podman.sock", "unix:///run/podman/podman.sock")]
    [InlineData("http://user:p@ss@host and http://host/a@b", "http://user:***@host and http://host/a@b")]
    public void A_url_s_password_is_hidden(string url, string shown) => Assert.Equal(shown, UrlMask.HidePassword(url));

    [Theory]
    [InlineData("Copying blob sha256:2a87948cea668ac0a500fcdcdea3e782efee329f5ae456f32528a28bd795947e", "2a87948cea66", "Copying blob")]
    [InlineData("Copying config a779a7bb2024ae664a11e2178d17ad085d22e78079fac8c073ab24a10a06f9f3", "a779a7bb2024", "Copying config")]
    [InlineData("Copying blob 2a87948cea66 done   |", "2a87948cea66", "Copying blob")]
    [InlineData("Writing manifest to image destination", "", "Writing manifest to image destination")]
    public void Progress_is_read_from_podman_s_lines(string line, string id, string status) =>
        Assert.Equal(new EngineProgress(id, status), TransferProgress.Read(line));

    [Fact]
    public void Errors_and_log_lines_are_no_progress()
    {
        Assert.Null(TransferProgress.Read("Error: no"));
        Assert.Null(TransferProgress.Read("time=\"2026-01-01T00:00:00Z\" level=error msg=no"));
    }

    [Theory]
    [InlineData("Loaded image: docker.io/library/a:1\n", "docker.io/library/a:1")]
    [InlineData("Loaded image: docker.io/library/a:1\nLoaded image: sha256:1234\n", "docker.io/library/a:1", "sha256:1234")]
    [InlineData("Loaded image(s): docker.io/library/a:1,localhost:5000/b:2\n", "docker.io/library/a:1", "localhost:5000/b:2")]
    [InlineData("something else\n")]
    public void The_names_of_loaded_images_are_read_from_podman_s_answer(string answer, params string[] names) =>
        Assert.Equal(names, PodmanImages.LoadedNames(answer.Split('\n')));

    [Fact]
    public void The_tail_of_errors_keeps_the_end_and_hands_out_every_line()
    {
        var lines = 0;
        var tail = new ErrorTail(_ => lines++);
        for (var i = 0; i < 100_000; i++)
        {
            tail.Append(Encoding.UTF8.GetBytes($"line {i}\n"));
        }

        tail.Append(new byte[200_000]);
        tail.Append("the end"u8);

        Assert.Equal(100_000, lines);
        Assert.EndsWith("\0the end", tail.ToString(), StringComparison.Ordinal);
        Assert.Equal(ErrorTail.Capacity, tail.ToString().Length);
    }
}
