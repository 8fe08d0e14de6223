using Buildpacks.Commands.Tests.Host;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Modules;

/// <summary>
/// Imports the module in processes of their own, where nothing but PowerShell was loaded before. <see cref="UseModule"/> makes the core
/// and its packages load, by cmdlets that need them.
/// </summary>
public sealed class IsolationTests : IDisposable
{
    private const string UseModule = """
        Import-Module ./Buildpacks.psd1
        $null = Get-PackEngine -ListAvailable
        """;

    private const string ShowAssemblies = """
        [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object {
            $name = $_.GetName().Name
            if ($name -match '^(Buildpacks|Docker\.DotNet|Tomlyn|Microsoft\.Extensions)') {
                "$name in $([Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name) $($_.GetName().Version)"
            }
        }
        """;

    private static readonly string[] Shared = ["Docker.DotNet", "Tomlyn", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Logging.Abstractions"];

    private readonly TestFolder _folder = new("isolation");

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task What_scripts_see_is_in_the_default_context_and_all_else_in_the_modules_own()
    {
        var run = await RunAsync(UseModule, ShowAssemblies);

        Assert.Contains(run, line => line.StartsWith("Buildpacks.Contracts in Default ", StringComparison.Ordinal));
        Assert.Contains(run, line => line.StartsWith("Buildpacks.PowerShell in Default ", StringComparison.Ordinal));
        Assert.Contains(run, line => line.StartsWith("Buildpacks in Buildpacks ", StringComparison.Ordinal));
        Assert.All(
            run.Where(line => !line.StartsWith("Buildpacks.Contracts", StringComparison.Ordinal) && !line.StartsWith("Buildpacks.PowerShell", StringComparison.Ordinal)),
            line => Assert.Contains(" in Buildpacks ", line, StringComparison.Ordinal));
    }

    [LinuxFact]
    public async Task An_import_loads_nothing_but_the_cmdlets()
    {
        var run = await RunAsync("Import-Module ./Buildpacks.psd1", ShowAssemblies);

        Assert.Equal(
            ["Buildpacks.Contracts", "Buildpacks.PowerShell"], run.Select(line => line.Split(' ')[0]).Order());
    }

    [LinuxTheory]
    [InlineData("0.0.1.0")]
    [InlineData("99.0.0.0")]
    public async Task Other_versions_that_were_loaded_before_do_no_harm(string version)
    {
        var impostors = Shared.Select(name => ImpostorAssembly.Write(_folder.Path, name, Version.Parse(version))).ToList();

        var run = await RunAsync(Load(impostors), UseModule, ShowAssemblies);

        Assert.Equal(Shared.Length, run.Count(line => line.EndsWith($" in Default {version}", StringComparison.Ordinal)));
        Assert.Contains(run, line => line.StartsWith("Tomlyn in Buildpacks ", StringComparison.Ordinal) || line.StartsWith("Docker.DotNet in Buildpacks ", StringComparison.Ordinal));
    }

    [LinuxFact]
    public async Task The_same_versions_that_were_loaded_before_do_no_harm()
    {
        var same = Shared.Select(name => Path.Combine(Checkout.Root, "lib", "private", name + ".dll"));

        var run = await RunAsync(Load(same), UseModule, ShowAssemblies);

        Assert.Equal(Shared.Length, run.Count(line => line.Contains(" in Default ", StringComparison.Ordinal) && !line.StartsWith("Buildpacks", StringComparison.Ordinal)));
    }

    [LinuxFact]
    public async Task Others_do_not_get_our_packages()
    {
        var run = await RunAsync(UseModule, """
            foreach ($name in 'Docker.DotNet', 'Tomlyn', 'Microsoft.Extensions.Logging') {
                try { "$([Reflection.Assembly]::Load($name)) found" } catch { "$name not found" }
            }
            """);

        Assert.Equal(["Docker.DotNet not found", "Tomlyn not found", "Microsoft.Extensions.Logging not found"], run);
    }

    [LinuxFact]
    public async Task The_module_can_be_removed_and_imported_again()
    {
        var run = await RunAsync(UseModule, "Set-PackEngine Docker; Remove-Module Buildpacks; (Get-Command Get-PackEngine -ErrorAction Ignore) -eq $null", UseModule, """
            Set-PackEngine Podman
            (Get-Command -Module Buildpacks).Count -gt 0
            """);

        Assert.Equal(["True", "True"], run);
    }

    [LinuxFact]
    public async Task Runspaces_side_by_side_import_and_remove_without_disturbing_one_another()
    {
        var run = await RunAsync("Import-Module ./Buildpacks.psd1", """
            $manifest = "$PWD/Buildpacks.psd1"
            1..6 | ForEach-Object -Parallel { Import-Module $using:manifest; $null = Get-PackEngine -ListAvailable; Remove-Module Buildpacks; 'ok' } -ThrottleLimit 3
            $null = Get-PackEngine -ListAvailable
            'still here'
            """);

        Assert.Equal(["ok", "ok", "ok", "ok", "ok", "ok", "still here"], run);
    }

    private static string Load(IEnumerable<string> assemblies) =>
        string.Join('\n', assemblies.Select(path => $"$null = [Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath('{path}')"));

    private static async Task<IReadOnlyList<string>> RunAsync(params string[] script)
    {
        var run = await PsHostRun.CommandAsync(string.Join('\n', script));
        Assert.True(run.ExitCode == 0 && run.Error.Length == 0, run.Error + run.Output);
        return run.Lines;
    }
}
