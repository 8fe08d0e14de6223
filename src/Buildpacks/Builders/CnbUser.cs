using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Buildpacks.Engines;

namespace Buildpacks.Builders;

/// <summary>The user that detects and builds, as the environment of a build image or builder names it.</summary>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">Its group.</param>
internal sealed record CnbUser(int UserId, int GroupId)
{
    private const string UserIdVariable = "CNB_USER_ID";
    private const string GroupIdVariable = "CNB_GROUP_ID";

    /// <summary>Reads the user from an image, or says what is wrong, as the end of a sentence.</summary>
    public static bool TryRead(ImageDetail detail, [NotNullWhen(true)] out CnbUser? user, [NotNullWhen(false)] out string? problem)
    {
        user = null;
        if (!TryReadId(detail, UserIdVariable, out var userId, out problem) || !TryReadId(detail, GroupIdVariable, out var groupId, out problem))
        {
            return false;
        }

        user = new CnbUser(userId, groupId);
        return true;
    }

    private static bool TryReadId(ImageDetail detail, string variable, out int id, [NotNullWhen(false)] out string? problem)
    {
        var prefix = variable + "=";
        var text = detail.Config.Config?.Env?.LastOrDefault(entry => entry.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id))
        {
            problem = null;
            return true;
        }

        problem = string.IsNullOrEmpty(text)
            ? $"its environment does not set {variable}"
            : $"its environment sets {variable} to '{text}', which is not a user or group id";
        return false;
    }
}
