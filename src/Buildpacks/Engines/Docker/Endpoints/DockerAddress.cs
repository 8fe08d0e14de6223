using System.Text.RegularExpressions;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>Reads an endpoint in the ways that people and docker write it.</summary>
internal static partial class DockerAddress
{
    private const string WindowsPipe = "npipe:////./pipe/";
    private const string ShortSocket = "unix:/";

    /// <summary>Reads an address.</summary>
    /// <param name="text"><c>unix:///path</c>, <c>unix:/path</c>, an absolute path, <c>npipe:////./pipe/name</c>, <c>tcp://host:port</c>, <c>https://host:port</c>,
    /// <c>ssh://user@host:port</c> or <c>host:port</c>.</param>
    /// <exception cref="PackException"><c>DockerEndpointInvalid</c>.</exception>
    public static Uri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var written = text.Trim();
        if (written.StartsWith('/'))
        {
            written = "unix://" + written;
        }
        else if (written.StartsWith(WindowsPipe, StringComparison.OrdinalIgnoreCase))
        {
            written = "npipe://./pipe/" + written[WindowsPipe.Length..];
        }
        else if (written.StartsWith(ShortSocket, StringComparison.OrdinalIgnoreCase) && !written.Contains("://", StringComparison.Ordinal))
        {
            written = "unix://" + written[(ShortSocket.Length - 1)..];
        }
        else if (!written.Contains("://", StringComparison.Ordinal) && HostAndPort().IsMatch(written))
        {
            written = "tcp://" + written;
        }

        if (!written.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(written, UriKind.Absolute, out var address))
        {
            throw DockerEndpointErrors.Invalid(text);
        }

        return address.Scheme switch
        {
            "unix" when address.AbsolutePath.Length > 1 && address.Host.Length == 0 => address,
            "npipe" or "tcp" or "http" or "https" when address.Host.Length > 0 => address,
            "ssh" when address.UserInfo.Contains(':', StringComparison.Ordinal) => throw DockerEndpointErrors.PasswordInAddress(address),
            "ssh" when address is { Host.Length: > 0, Query.Length: 0, Fragment.Length: 0 } => address,
            _ => throw DockerEndpointErrors.Invalid(text),
        };
    }

    /// <summary>Anything else with a colon, such as <c>tcp:host:2375</c>, has a scheme that lacks its slashes.</summary>
    [GeneratedRegex(@"^(\[[0-9A-Fa-f:.%]+\]|[^/:]+):[0-9]+/?$")]
    private static partial Regex HostAndPort();
}
