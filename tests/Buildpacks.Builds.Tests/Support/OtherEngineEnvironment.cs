using Buildpacks.Configuration;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>An environment in which a fixture's engine is found as on a user's machine.</summary>
internal static class OtherEngineEnvironment
{
    /// <summary>The environment.</summary>
    /// <param name="other">The engine.</param>
    /// <param name="folder">Gets a script that calls podman, and is the home.</param>
    public static EngineEnvironment Of(EngineFixture other, TestFolder folder)
    {
        var variables = new Dictionary<string, string>(EngineEnvironment.Current().Variables);
        if (other is DockerdFixture docker)
        {
            variables["DOCKER_HOST"] = docker.Endpoint.OriginalString;
        }
        else if (other is PodmanFixture podman)
        {
            var settings = string.Concat(podman.Environment.Select(setting => $"export {setting.Key}='{setting.Value}'\n"));
            folder.Script("bin/podman", $"#!/bin/sh\n{settings}exec {podman.Executable} \"$@\"\n");
            variables["PATH"] = $"{folder["bin"]}:{variables["PATH"]}";
        }

        return EngineEnvironment.Current() with { Variables = variables, Home = folder.Path, ConfigurationFolder = folder.Path };
    }
}
