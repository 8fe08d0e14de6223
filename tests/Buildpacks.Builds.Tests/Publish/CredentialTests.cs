using System.Text;
using Buildpacks.Builds.Running;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Publish;

/// <summary>Where the credential of a publish could be found by others: processes, containers, files. It is in none of them.</summary>
public abstract class CredentialTests(IBuildFixture fixture, SecretRegistryFixture registry)
{
    /// <summary>Folders of the container that something is written to.</summary>
    private static readonly string[] Folders = ["/layers", "/workspace", "/platform", "/cache", "/tmp", "/etc", "/root", "/home"];

    [SkippableFact]
    public async Task The_credential_of_a_publish_is_in_no_process_no_container_and_no_file()
    {
        registry.Require();
        await using var bench = new BuildBench(fixture);
        var runImage = registry.Image($"team/run:{Guid.NewGuid():N}");
        await bench.Engine.Images.TagAsync(fixture.RunImage, runImage, CancellationToken.None);
        await bench.Engine.Images.PushAsync(new ImageTransfer(runImage) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);
        await bench.Engine.Images.RemoveAsync(runImage, force: false, CancellationToken.None);
        var request = bench.Request with
        {
            ImageName = registry.Image(bench.Name), RunImage = runImage, Publish = true, Credential = registry.Credential, CacheImage = registry.Image(bench.Name + "-cache"),
        };
        bench.Write("large.txt", new string('x', 6_000_000));
        using var watch = new CommandLineWatch(withEnvironments: true);

        var whole = await bench.BuildAsync(request);
        bench.Write("sleep", "60");
        var container = await WhileItSleepsAsync(bench, request);

        Assert.NotNull(whole.Digest);
        var seen = watch.Seen();
        Assert.Contains(seen, text => text.Contains("/cnb/lifecycle/creator", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.Contains("CNB_PLATFORM_API=", StringComparison.Ordinal));
        Assert.Contains(container, text => text.Contains("hello", StringComparison.Ordinal));
        AssertHidden(seen);
        AssertHidden(container);
        AssertHidden(FilesOf(bench.State, bench.Home, bench.Cache, fixture.Engine.StoreFolder, fixture.Engine.TemporaryFolder));
    }

    /// <summary>The description and the files of the container of a build, while a buildpack runs.</summary>
    private static async Task<IReadOnlyList<string>> WhileItSleepsAsync(BuildBench bench, BuildRequest request)
    {
        using var end = new CancellationTokenSource();
        var sleeps = new TaskCompletionSource();
        var sink = new RecordingSink { OnOutput = line => _ = line.Text == "sleeping" && sleeps.TrySetResult() };
        var build = bench.BuildAsync(request, sink, cancellationToken: end.Token);
        Assert.True(sleeps.Task == await Task.WhenAny(sleeps.Task, build), sink.Text);
        var container = Assert.Single(await bench.Engine.Containers.ListAsync(BuildContainer.SessionLabel, CancellationToken.None));
        List<string> found = [await bench.ToolAsync("container", "inspect", container.Name)];
        foreach (var folder in Folders)
        {
            try
            {
                await using var files = await bench.Engine.Containers.CopyFromAsync(container.Name, folder, CancellationToken.None);
                using var content = new MemoryStream();
                await files.CopyToAsync(content);
                found.Add(Encoding.Latin1.GetString(content.GetBuffer(), 0, (int)content.Length));
            }
            catch (PackException missing) when (missing.Kind == PackErrorKind.NotFound)
            {
                // Not every builder has every folder.
            }
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        return found;
    }

    private static IEnumerable<string> FilesOf(params string[] folders)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device, IgnoreInaccessible = true };
        foreach (var file in folders.Where(Directory.Exists).SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", options)))
        {
            var text = "";
            try
            {
                if (file.Exists && file.UnixFileMode != UnixFileMode.None && file.Length is > 0 and < 16_000_000)
                {
                    text = file.FullName + "\n" + Encoding.Latin1.GetString(File.ReadAllBytes(file.FullName));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Removed while it was looked at.
            }

            yield return text;
        }
    }

    private void AssertHidden(IEnumerable<string> texts)
    {
        var (user, password) = (registry.Credential.Username, registry.Credential.Password);
        string[] spellings = [password, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")), Convert.ToBase64String(Encoding.UTF8.GetBytes(password)).TrimEnd('=')];
        Assert.All(texts, text => Assert.False(spellings.Any(spelling => text.Contains(spelling, StringComparison.Ordinal)), text.Length > 400 ? text[..400] : text));
    }
}

public sealed class PodmanCredentialTests(BuildFixture<PodmanFixture> fixture, SecretRegistryFixture registry)
    : CredentialTests(fixture, registry), IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<SecretRegistryFixture>;

public sealed class DockerCredentialTests(BuildFixture<DockerdFixture> fixture, SecretRegistryFixture registry)
    : CredentialTests(fixture, registry), IClassFixture<BuildFixture<DockerdFixture>>, IClassFixture<SecretRegistryFixture>;
