using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Labels;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>A process that the launcher can start, as metadata.toml has it.</summary>
/// <param name="Type">Its name, <c>web</c>.</param>
/// <param name="Command">The program, and the arguments that are always given to it.</param>
internal sealed record LaunchProcess(string Type, IReadOnlyList<string> Command)
{
    private const string Everywhere = "*";

    /// <summary>Arguments after the command; a user's own replace them where the APIs allow it. <see langword="null"/> when the buildpack gave none, which labels tell from an empty list.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Whether it starts without a shell.</summary>
    public bool Direct { get; init; }

    /// <summary>Whether its buildpack made it the default.</summary>
    public bool Default { get; init; }

    /// <summary>The buildpack that contributed it.</summary>
    public string BuildpackId { get; init; } = "";

    /// <summary>Its working folder; <see langword="null"/> means the app folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The execution environments it is meant for; empty, or <c>*</c>, means all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    /// <summary>Whether it may run in the execution environment.</summary>
    public bool IsEligible(string executionEnvironment) =>
        ExecutionEnvironments.Count == 0 || ExecutionEnvironments.Contains(Everywhere) || ExecutionEnvironments.Contains(executionEnvironment);

    /// <summary>Reads it; the command may be one string or an array.</summary>
    public static LaunchProcess From(TomlSection toml) =>
        new(toml.RequiredText("type"), toml.Table.TryGetValue("command", out var command) && command is string text ? [text] : toml.Texts("command"))
        {
            Args = toml.Has("args") ? toml.Texts("args") : null,
            Direct = toml.Flag("direct"),
            Default = toml.Flag("default"),
            BuildpackId = toml.Text("buildpack-id") ?? "",
            WorkingDirectory = toml.Text("working-dir"),
            ExecutionEnvironments = toml.Texts("exec-env"),
        };

    /// <summary>
    /// The process as the platform API has it: before 0.10 a command is one string, and what follows its first element joins the arguments.
    /// </summary>
    public LaunchProcess For(ApiVersion platformApi) => platformApi.AtLeast(0, 10)
        ? this
        : this with { Command = [Command[0]], Args = [.. Command.Skip(1), .. Args ?? []] };

    /// <summary>The process as TOML, in the form that the platform API has.</summary>
    public TomlTable ToToml(ApiVersion platformApi)
    {
        var process = For(platformApi);
        var toml = new TomlTable()
            .WithAlways("type", Type)
            .WithAlways("command", new TomlLiteral(platformApi.AtLeast(0, 10)
                ? $"[{string.Join(", ", process.Command.Select(JsonText.Quote))}]"
                : JsonText.Quote(process.Command[0])));
        if (process.Args is { } arguments)
        {
            toml.WithAlways("args", arguments.ToToml());
        }

        return toml
            .WithAlways("direct", Direct)
            .With("default", Default)
            .WithAlways("buildpack-id", BuildpackId)
            .With("working-dir", WorkingDirectory)
            .With("exec-env", ExecutionEnvironments.ToToml());
    }
}
