using Buildpacks.Configuration;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Location;

/// <summary>A machine as the search for engines sees it: a home folder, a PATH and variables of its own, and nothing of this machine's.</summary>
internal sealed class TestMachine : IDisposable
{
    private readonly Dictionary<string, string> _variables = [];

    public TestMachine()
    {
        Home = Folder.Folder("home");
        _variables["PATH"] = Folder.Folder("bin");
        _variables["HOME"] = Home;
    }

    public TestFolder Folder { get; } = new("machine");

    public string Home { get; }

    public string SystemSocket => Folder["run/docker.sock"];

    public EngineEnvironment Environment => new()
    {
        Variables = _variables,
        Home = Home,
        ConfigurationFolder = Folder["config"],
        SystemDockerEndpoint = "unix://" + SystemSocket,
    };

    public string SettingsFile => Folder["home/.pack/config.toml"];

    public string OlderSettingsFile => Folder["config/buildpacks/config.toml"];

    public TestMachine With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    public TestMachine With(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables)
        {
            _variables[name] = value;
        }

        return this;
    }

    /// <summary>Puts a program on this machine's PATH.</summary>
    public TestMachine WithProgram(string name, string target)
    {
        var path = Folder["bin/" + name];
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
        return this;
    }

    /// <summary>Puts a shell script on this machine's PATH.</summary>
    public TestMachine WithScript(string name, string body)
    {
        Folder.Script("bin/" + name, "#!/bin/sh\n" + body + "\n");
        return this;
    }

    /// <summary>Lets this machine's default docker socket lead to a daemon.</summary>
    public TestMachine WithDocker(string socket)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SystemSocket)!);
        File.CreateSymbolicLink(SystemSocket, socket);
        return this;
    }

    public TestMachine WithSettings(string toml)
    {
        Folder.File("home/.pack/config.toml", toml);
        return this;
    }

    public TestMachine WithOlderSettings(string toml)
    {
        Folder.File("config/buildpacks/config.toml", toml);
        return this;
    }

    public void Dispose() => Folder.Dispose();
}
