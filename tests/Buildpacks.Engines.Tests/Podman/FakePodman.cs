using Buildpacks.Engines.Podman;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>A shell script in podman's place, for what a real podman does only when something is badly wrong.</summary>
internal sealed class FakePodman : IDisposable
{
    private readonly TestFolder _folder = new("fake");

    /// <summary>Writes the script.</summary>
    /// <param name="script">The lines of shell; the arguments are podman's.</param>
    public FakePodman(string script)
    {
        Path = _folder.Script("podman", "#!/bin/bash\n" + script);
        Engine = new PodmanEngine(new PodmanOptions { Executable = Path, Observer = Calls });
    }

    /// <summary>The script.</summary>
    public string Path { get; }

    /// <summary>An adapter that calls the script.</summary>
    public PodmanEngine Engine { get; }

    /// <summary>Its calls.</summary>
    public EngineCallLog Calls { get; } = new();

    /// <summary>A path below the script's folder.</summary>
    public string this[string name] => _folder[name];

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
