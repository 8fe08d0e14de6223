namespace Buildpacks.Commands;

/// <summary>An argument that was typed and is empty: an empty cell of a table is none, but who types an empty one has lost a variable.</summary>
internal static class EmptyArgument
{
    /// <summary>The failure of the first argument that is empty.</summary>
    /// <param name="typed">The arguments that were typed, as they are before anything is piped.</param>
    /// <param name="matters">Whether an argument of a name has to be something.</param>
    /// <returns><see langword="null"/> when there is none.</returns>
    public static PackException? Find(IReadOnlyDictionary<string, object> typed, Predicate<string> matters) =>
        typed.Where(argument => argument.Value is null or "" or string[] { Length: 0 }).Select(argument => argument.Key)
            .FirstOrDefault(name => matters(name)) is { } empty
            ? new PackException(PackErrorIds.ArgumentEmpty, PackErrorKind.InvalidInput, $"The argument of -{empty} is empty.")
            {
                Target = empty,
                RecommendedAction = $"Specify a value for -{empty}, or omit it.",
            }
            : null;
}
