using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>The options of <c>podman create</c> for a container, but for its environment.</summary>
internal static class CreateArguments
{
    /// <summary>Builds the options. Every value is joined to its option, so that one that begins with a dash stays a value.</summary>
    public static IReadOnlyList<string> Options(ContainerSpec spec)
    {
        // The environment is the specification's: podman would add the proxy variables of this machine.
        List<string> options = ["--pull=never", "--http-proxy=false"];
        Add("--name", spec.Name);
        Add("--user", spec.User);
        Add("--workdir", spec.WorkingDirectory);
        Add("--network", spec.Network);
        Add("--userns", spec.UsesHostUserNamespace ? "host" : null);
        if (spec.Entrypoint is { } entrypoint)
        {
            // One empty word is what podman itself, its service too, takes for no entry point.
            Add("--entrypoint", JsonSerializer.Serialize(entrypoint.Count == 0 ? [""] : [.. entrypoint], WordsJson.Relaxed.StringArray));
        }

        options.AddRange(spec.Mounts.Select(MountArgument.Format));
        options.AddRange(spec.Labels.Select(label => $"--label={label.Key}={label.Value}"));
        options.AddRange(spec.UnsetEnvironment.Select(name => "--unsetenv=" + name));
        options.AddRange(spec.SecurityOptions.Select(option => "--security-opt=" + option));
        options.AddRange(spec.DroppedCapabilities.Select(capability => "--cap-drop=" + capability));
        options.AddRange(spec.AddedCapabilities.Select(capability => "--cap-add=" + capability));
        if (spec.HasInput)
        {
            options.Add("--interactive");
        }

        if (spec.AutoRemove)
        {
            options.Add("--rm");
        }

        return options;

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                options.Add($"{option}={value}");
            }
        }
    }
}

/// <summary>Writes words as JSON.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class WordsJson : JsonSerializerContext
{
    /// <summary>Leaves letters as they are, for whoever reads the record of calls.</summary>
    public static WordsJson Relaxed { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
