using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>Reads what podman answered.</summary>
internal static class PodmanAnswer
{
    /// <summary>The answer as a value.</summary>
    /// <exception cref="PackException">Failed: the answer is not the JSON it should be.</exception>
    public static T Read<T>(PodmanResult result, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(result.Output.Span, type)
                ?? throw new JsonException("the answer is null");
        }
        catch (JsonException e)
        {
            throw EngineErrors.Create(
                PackEngineKind.Podman, PackErrorKind.Failed, result.Command.Operation,
                $"podman's answer could not be read: {e.Message}", result.ExitCode, result.Command.Target, e);
        }
    }

    /// <summary>The answer as a list, without what is null in it; podman answers <c>null</c> or nothing at all where a list is empty.</summary>
    /// <exception cref="PackException">Failed: the answer is not the JSON it should be.</exception>
    public static IReadOnlyList<T> ReadList<T>(PodmanResult result, JsonTypeInfo<List<T>> type)
        where T : class =>
        IsNothing(result.Output.Span) ? [] : [.. Read(result, type).Where(item => item is not null)];

    private static bool IsNothing(ReadOnlySpan<byte> answer)
    {
        var trimmed = answer.Trim(" \t\r\n"u8);
        return trimmed.IsEmpty || trimmed.SequenceEqual("null"u8);
    }
}
