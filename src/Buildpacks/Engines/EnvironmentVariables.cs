using System.Buffers;

namespace Buildpacks.Engines;

/// <summary>Refuses what cannot be an environment variable, in the same words for every engine.</summary>
internal static class EnvironmentVariables
{
    private static readonly SearchValues<char> Impossible = SearchValues.Create("=\0\n\r");

    /// <summary>Checks a container's environment.</summary>
    /// <exception cref="PackException">
    /// InvalidInput: a name is empty or holds <c>=</c>, a line break or a null character, or a value holds a null character.
    /// </exception>
    public static void Check(PackEngineKind engine, ContainerSpec spec)
    {
        foreach (var (name, value) in spec.Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny(Impossible))
            {
                throw Invalid(engine, name, $"'{name}' is not the name of an environment variable");
            }

            if (value.Contains('\0', StringComparison.Ordinal))
            {
                throw Invalid(engine, name, $"the value of the environment variable {name} holds a null character");
            }
        }
    }

    private static PackException Invalid(PackEngineKind engine, string name, string problem) =>
        EngineErrors.Create(engine, PackErrorKind.InvalidInput, EngineOperation.ContainerCreate, problem, target: name);
}
