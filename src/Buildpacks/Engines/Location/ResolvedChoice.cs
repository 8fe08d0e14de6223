using Buildpacks.Configuration;

namespace Buildpacks.Engines.Location;

/// <summary>The choice that holds after all who may choose were heard.</summary>
/// <param name="Kind">The engine; <see langword="null"/> when nobody chose.</param>
/// <param name="KindSource">Who chose the engine.</param>
/// <param name="Endpoint">The endpoint; <see langword="null"/> when nobody chose one for this engine.</param>
/// <param name="EndpointSource">Who chose the endpoint.</param>
internal sealed record ResolvedChoice(PackEngineKind? Kind, string KindSource, string? Endpoint, string EndpointSource)
{
    private const string Variable = "PACK_ENGINE";

    /// <summary>Hears, in order, the command, the session, PACK_ENGINE, and the user's configuration file.</summary>
    /// <exception cref="PackException">InvalidInput: PACK_ENGINE or the file names no engine.</exception>
    public static ResolvedChoice From(EngineRequest request, EngineEnvironment environment)
    {
        PackEngineKind? kind = null;
        var kindSource = "";
        foreach (var (source, voice) in Voices(request, environment))
        {
            // Who is not needed any more is not heard: '-Engine Docker' works whatever PACK_ENGINE says.
            if (kind is not null && source == Variable)
            {
                continue;
            }

            var choice = voice();
            if (kind is null && choice.ImpliedKind is { } implied)
            {
                (kind, kindSource) = (implied, source);
            }

            // An endpoint counts for the engine it was given with: '-Engine Docker' finds the docker endpoint that the session was told.
            if (kind is not null && choice.Endpoint is not null && choice.ImpliedKind == kind)
            {
                return new ResolvedChoice(kind, kindSource, HiddenPassword.Restore(choice.Endpoint, request, environment), source);
            }
        }

        return new ResolvedChoice(kind, kindSource, null, "");
    }

    private static IEnumerable<(string Source, Func<EngineChoice> Choice)> Voices(EngineRequest request, EngineEnvironment environment) =>
    [
        ("parameter", () => request.Parameter ?? new EngineChoice()),
        ("session", () => request.Session ?? new EngineChoice()),
        (Variable, () => FromVariable(environment)),
        ("configuration file", () => new EngineSettingsFile(environment).Read()),
    ];

    private static EngineChoice FromVariable(EngineEnvironment environment) =>
        environment.Get(Variable) is { } name ? new EngineChoice(EngineChoice.ParseKind(name) ?? throw Unknown(name)) : new EngineChoice();

    private static PackException Unknown(string name) =>
        new(PackErrorIds.EngineUnknown, PackErrorKind.InvalidInput, $"{Variable} names the unknown engine '{name}'; use 'podman' or 'docker'")
        {
            Target = name,
            RecommendedAction = $"Set {Variable} to podman or docker, or clear it.",
        };
}
