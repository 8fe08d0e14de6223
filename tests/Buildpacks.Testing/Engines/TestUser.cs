using System.Globalization;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>An ordinary user for rootless tests, made when it is missing. It stays, as a user made by an installer would.</summary>
internal sealed record TestUser(string Name, int UserId, int GroupId)
{
    private const string TesterName = "bp-tester";

    /// <summary>Finds or makes the user, with ranges of subordinate ids.</summary>
    public static async Task<TestUser> GetAsync()
    {
        if (await FindAsync() is { } user)
        {
            return user;
        }

        // Another test process may make it at the same moment: what counts is that it is there afterwards.
        var made = await ToolRun.RunAsync("useradd", ["--create-home", "--shell", "/bin/sh", TesterName]);
        return await FindAsync() ?? throw new InvalidOperationException($"useradd {TesterName}: {made.Error}");
    }

    private static async Task<TestUser?> FindAsync()
    {
        var entry = await ToolRun.RunAsync("getent", ["passwd", TesterName]);
        var fields = entry.Output.Trim().Split(':');
        return entry.ExitCode == 0
            ? new TestUser(TesterName, int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture))
            : null;
    }
}
