namespace Buildpacks.Commands;

/// <summary>An argument that was typed and is empty: an empty cell of a table is none, but who types an empty one has lost a variable.</summary>
internal static class EmptyArgument
{
    /// <summary>The names of the arguments that are empty, of those that were typed.</summary>
    /// <param name="typed">The arguments, as they are before anything is piped.</param>
    public static IEnumerable<string> Find(IReadOnlyDictionary<string, object> typed) =>
        typed.Where(argument => argument.Value is null or "" or string[] { Length: 0 }).Select(argument => argument.Key);

    /// <summary>The failure of an argument that is empty.</summary>
    public static PackException Failure(string name) =>
        new("ArgumentEmpty", PackErrorKind.InvalidInput, $"The argument of -{name} is empty.")
        {
            Target = name,
            RecommendedAction = $"Give -{name} a value, or leave it out.",
        };
}
