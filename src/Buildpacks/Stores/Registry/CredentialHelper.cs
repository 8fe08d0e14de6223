using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Stores.Registry;

/// <summary>Asks a program that keeps credentials: docker's protocol, <c>docker-credential-NAME get</c> with the registry on its standard input.</summary>
internal static class CredentialHelper
{
    /// <summary>The user name that stands for an identity token, which is no password.</summary>
    private const string TokenUser = "<token>";

    /// <summary>The longest answer, in characters. What is longer is no credential.</summary>
    private const int LongestAnswer = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks for a credential.</summary>
    /// <param name="name">The program's name after <c>docker-credential-</c>.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="withTokens">Whether an identity token is wanted, too, and not only user and password.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <returns>The credential; <see langword="null"/> when the program is missing or knows none.</returns>
    public static async Task<RegistryCredential?> GetAsync(string name, string registry, bool withTokens, CancellationToken cancellationToken)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        var start = new ProcessStartInfo("docker-credential-" + name, ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start);
            return process is null ? null : await AskAsync(process, registry, withTokens, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or JsonException)
        {
            return null;
        }
    }

    private static async Task<RegistryCredential?> AskAsync(Process process, string registry, bool withTokens, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var errors = ReadAsync(process.StandardError, limit.Token);
            await process.StandardInput.WriteAsync(registry.AsMemory(), limit.Token).ConfigureAwait(false);
            process.StandardInput.Close();
            var answer = await ReadAsync(process.StandardOutput, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            return process.ExitCode == 0 && answer is not null ? Read(answer, withTokens) : null;
        }
        catch (OperationCanceledException)
        {
            ProcessTree.Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Reads all that a program writes, and keeps what is not too long.</summary>
    private static async Task<string?> ReadAsync(StreamReader output, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        var isTooLong = false;
        while (await output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            isTooLong |= text.Length + count > LongestAnswer;
            if (!isTooLong)
            {
                text.Append(buffer, 0, count);
            }
        }

        return isTooLong ? null : text.ToString();
    }

    /// <summary>Reads the answer of a program.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    internal static RegistryCredential? Read(string answer, bool withTokens)
    {
        using var document = JsonDocument.Parse(answer);
        return (document.RootElement.Member("Username").Text(), document.RootElement.Member("Secret").Text()) switch
        {
            (TokenUser, { } token) => withTokens ? new RegistryCredential("", "") { IdentityToken = token } : null,
            ({ } user, { } secret) => new RegistryCredential(user, secret),
            _ => null,
        };
    }
}
