using System.Net;
using System.Reflection;
using Buildpacks.Builds;
using Buildpacks.Engines;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

/// <summary>What a build does with an exception that nobody foresaw.</summary>
public sealed class UnexpectedFailureTests : IDisposable
{
    private readonly TestFolder _app = new();

    public UnexpectedFailureTests() => _app.File("index.html", "<p></p>\n");

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task It_is_given_on_as_it_is()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => BuildAsync("another-secret"));

        Assert.Contains("s3cret-word", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_tells_a_secret_is_told_without_it_and_with_the_place_where_it_happened()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => BuildAsync("s3cret-word"));

        Assert.Equal(("UnexpectedFailure", PackErrorKind.Failed, "no *** here"), (failure.ErrorId, failure.Kind, failure.Message));
        Assert.DoesNotContain("s3cret-word", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(BrokenEngine), failure.ToString(), StringComparison.Ordinal);
        Assert.NotNull(failure.Log);
    }

    private async Task BuildAsync(string secret)
    {
        using var marked = new NetworkCredential("", secret).SecurePassword;
        var request = new BuildRequest { ImageName = "example.org/unexpected", Path = _app.Path, Builder = "test/builder", Env = [new PackVariable("TOKEN", marked)] };
        await PackBuild.RunAsync(request, DispatchProxy.Create<IEngine, BrokenEngine>(), new EngineCallCollector(), new SilentSink(), CancellationToken.None);
    }

    /// <summary>An engine with a bug in each of its operations.</summary>
    public class BrokenEngine : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "get_Kind" => PackEngineKind.Docker,
            "get_Endpoint" => "unix:///nowhere/docker.sock",
            "get_Pipe" => null,
            _ => throw new InvalidOperationException("no s3cret-word here"),
        };
    }
}
