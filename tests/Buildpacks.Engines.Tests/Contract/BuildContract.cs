using System.Diagnostics;
using System.Globalization;
using System.Text;
using Buildpacks.IO;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What every engine does with Dockerfiles.</summary>
public abstract class BuildContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task An_image_is_built_with_arguments_and_context_and_again_out_of_the_layer_cache()
    {
        Subject.Require();
        var build = new ImageBuild
        {
            Target = "test image",
            Dockerfile = $"FROM {ImageName}\nARG greeting\nUSER root\nCOPY sub/file /copied\nRUN echo \"$greeting\" > /said && echo saying it\nLABEL built=yes\nUSER 1000:1000\n",
            Arguments = new Dictionary<string, string> { ["greeting"] = "a word = \"quoted\"" },
            WriteContext = WriteContextAsync,
            Network = "none",
        };
        var output = new Output();

        var id = await Engine.Builds!.BuildAsync(build, output, None);
        var again = await Engine.Builds!.BuildAsync(build, new Output(), None);

        Assert.Equal(id, again);
        Assert.Contains("saying it", output.Text, StringComparison.Ordinal);
        var image = (await Engine.Images.InspectAsync([id], None))[id];
        Assert.Equal(("1000:1000", "yes"), (image.Config.Config!.User, image.Label("built")));
        Assert.Empty(image.Tags);
        Assert.Equal("content\na word = \"quoted\"\n", (await Subject.RunAsync("run", "--rm", "--network=none", id, "cat", "/copied", "/said")).Checked());
        Assert.DoesNotContain(Calls.Calls, call => Engine.Kind == PackEngineKind.Podman && call.Arguments.Any(argument => argument.Contains("quoted", StringComparison.Ordinal)));
        await Engine.Images.RemoveAsync(id, force: true, None);
    }

    [SkippableFact]
    public async Task A_context_that_is_copied_whole_has_its_own_files_only()
    {
        Subject.Require();
        var build = new ImageBuild
        {
            Target = "test image", Dockerfile = $"FROM {ImageName}\nUSER root\nCOPY . /all\n", Network = "none",
            WriteContext = (destination, token) => BufferedTar.WriteAsync(
                destination,
                async (tar, end) =>
                {
                    foreach (var file in new[] { "Dockerfile", ".dockerignore", ".containerignore", "sub/Containerfile", "sub/.buildpacks.Dockerfile" })
                    {
                        await tar.WriteFileAsync(file, TarOwner.Root, "*\n"u8.ToArray(), end);
                    }
                },
                token),
        };

        var id = await Engine.Builds!.BuildAsync(build, new Output(), None);

        var names = (await Subject.RunAsync("run", "--rm", "--network=none", id, "find", "/all", "-type", "f")).Checked().Trim().Split('\n').Order(StringComparer.Ordinal);
        var ignored = Engine.Kind == PackEngineKind.Podman ? "/all/.containerignore" : "/all/.dockerignore";
        Assert.Equal(
            new[] { "/all/.containerignore", "/all/.dockerignore", "/all/Dockerfile", "/all/sub/.buildpacks.Dockerfile", "/all/sub/Containerfile" }.Where(name => name != ignored), names);
        await Engine.Images.RemoveAsync(id, force: true, None);
    }

    [SkippableFact]
    public async Task A_command_that_fails_is_a_failure_with_its_output()
    {
        Subject.Require();
        var output = new Output();

        var failure = await Assert.ThrowsAsync<PackException>(() => Engine.Builds!.BuildAsync(
            new ImageBuild { Target = "test image", Dockerfile = $"FROM {ImageName}\nRUN echo before && exit 7\n", Network = "none" }, output, None));

        Assert.Equal(PackErrorKind.Failed, failure.Kind);
        Assert.Equal("test image", failure.Target);
        Assert.Contains("before", output.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_build_that_is_stopped_ends_within_a_moment_and_leaves_nothing()
    {
        Subject.Require();
        var time = Random.Shared.Next(100_000, 1_000_000);
        using var stop = new CancellationTokenSource();
        var output = new Output { OnText = text => { if (text.Contains("sleeping now", StringComparison.Ordinal)) { stop.Cancel(); } } };

        var build = Engine.Builds!.BuildAsync(
            new ImageBuild { Target = "test image", Dockerfile = $"FROM {ImageName}\nRUN echo sleeping now; sleep {time}\n", Network = "none" }, output, stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build.WaitAsync(Hang.Limit));
        if (Subject is Podman.RemotePodman)
        {
            // A service of podman goes on for a client that is gone; what it has just begun is there in a moment.
            SpinWait.SpinUntil(() => Sleepers().Any(), TimeSpan.FromSeconds(5));
            foreach (var folder in Sleepers())
            {
                using var sleeper = Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
                sleeper.Kill();
            }

            return;
        }

        using var limit = new CancellationTokenSource(Hang.Limit);
        while (Sleepers().Any())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }

        if (Engine.Kind == PackEngineKind.Podman)
        {
            Assert.Equal("", (await Subject.RunAsync("ps", "--all", "--external", "--quiet")).Checked().Trim());
        }

        IEnumerable<string> Sleepers() => Directory.EnumerateDirectories("/proc").Where(folder => CommandOf(folder).Contains($"sleep\0{time}", StringComparison.Ordinal));
    }

    /// <summary>The arguments of a process, with a zero after each.</summary>
    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static Task WriteContextAsync(Stream destination, CancellationToken cancellationToken) => BufferedTar.WriteAsync(
        destination, (tar, token) => tar.WriteFileAsync("sub/file", TarOwner.Root, "content\n"u8.ToArray(), token), cancellationToken);

    private sealed class Output : IContainerOutput
    {
        private readonly StringBuilder text = new();

        public Action<string>? OnText { get; init; }

        public string Text
        {
            get
            {
                lock (text)
                {
                    return text.ToString();
                }
            }
        }

        public void Write(bool isError, ReadOnlySpan<byte> bytes)
        {
            lock (text)
            {
                text.Append(Encoding.UTF8.GetString(bytes));
                OnText?.Invoke(text.ToString());
            }
        }
    }
}
