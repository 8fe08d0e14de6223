using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Samples;

/// <summary>A container of an app image that runs, without a network but its own loopback.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly EngineFixture _fixture;
    private readonly string _container;

    private RunningApp(EngineFixture fixture, string container)
    {
        _fixture = fixture;
        _container = container;
    }

    /// <summary>Starts a container.</summary>
    /// <param name="fixture">The engine.</param>
    /// <param name="arguments">What follows <c>run</c> on the engine's command line: options, the image, arguments.</param>
    public static async Task<RunningApp> StartAsync(EngineFixture fixture, params string[] arguments)
    {
        var started = await fixture.RunAsync(["run", "--detach", "--network=none", .. arguments]);
        return new RunningApp(fixture, started.Checked().Trim());
    }

    /// <summary>Asks the app's web server, as soon as it listens.</summary>
    public async Task<string> GetAsync(string path, int port = 8080)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await _fixture.RunAsync("exec", _container, "busybox", "wget", "-q", "-O", "-", $"http://127.0.0.1:{port}{path}");
            if (answer.ExitCode == 0)
            {
                return answer.Output;
            }

            if (attempt == 50)
            {
                var log = await _fixture.RunAsync("logs", _container);
                throw new InvalidOperationException($"{answer.Error}; the app said: {log.Output}{log.Error}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>What the app has written so far.</summary>
    public async Task<string> LogAsync()
    {
        var log = await _fixture.RunAsync("logs", _container);
        return log.Output + log.Error;
    }

    public async ValueTask DisposeAsync()
    {
        // Removing alone would give the app ten seconds to end by itself.
        await _fixture.RunAsync("kill", _container);
        await _fixture.RunAsync("rm", "--force", _container);
    }
}
