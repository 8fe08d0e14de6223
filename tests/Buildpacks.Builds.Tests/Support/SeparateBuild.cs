using System.Diagnostics;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>A build in a process of its own, which can be killed.</summary>
internal sealed class SeparateBuild : IAsyncDisposable
{
    /// <summary>The line that it says first.</summary>
    public const string Begun = "build begins";

    private const string Program = "Buildpacks.BuildProcess.dll";

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _output;
    private readonly Task<string> _errors;

    private SeparateBuild(Process process)
    {
        _process = process;
        _output = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it has said so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Starts a build.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="variables">Variables beside the engine's.</param>
    /// <param name="arguments">Image, app, builder, volumes.</param>
    public static SeparateBuild Start(EngineFixture engine, IReadOnlyDictionary<string, string> variables, IEnumerable<string> arguments)
    {
        var start = engine.ProgramOfUser(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, Program), engine.Kind.ToString().ToLowerInvariant(), .. arguments]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        // The runtime's own pipes are not what is looked for afterwards.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new SeparateBuild(Process.Start(start)!);
    }

    /// <summary>Waits until it has said a line.</summary>
    public async Task SaysAsync(string line)
    {
        while (!Lines.Contains(line))
        {
            if (_output.IsCompleted)
            {
                Assert.Contains(line, Lines);
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Kills it, and nothing that it has started.</summary>
    /// <returns>Whether it still ran.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        return _process.ExitCode == 128 + 9;
    }

    /// <summary>Waits for a build that is to succeed.</summary>
    /// <returns>The image's id.</returns>
    public async Task<string> ImageAsync()
    {
        await _process.WaitForExitAsync();
        await _output;
        Assert.True(_process.ExitCode == 0, $"{await _errors}\n{string.Join('\n', Lines)}");
        return Lines[^1];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
