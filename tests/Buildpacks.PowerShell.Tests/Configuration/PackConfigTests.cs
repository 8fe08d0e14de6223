using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Commands.Tests.Configuration;

/// <summary>Get-PackConfig and Set-PackConfig on a file of their own.</summary>
public sealed class PackConfigTests : IDisposable
{
    private readonly TestFolder _folder = new("pack-home");
    private readonly ProcessEnvironment _environment = new();
    private readonly PackSession _session = new();

    public PackConfigTests() => _environment.With("PACK_HOME", _folder.Path).With("XDG_CONFIG_HOME", _folder.Folder("older"));

    private string File => _folder["config.toml"];

    public void Dispose()
    {
        _session.Dispose();
        _environment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_set_is_shown_with_its_file_and_line()
    {
        var config = Assert.Single(_session.Run(
            """
            Set-PackConfig -DefaultBuilder example.com/builder -PullPolicy Never -Experimental $true -TrustedBuilder a/b, a/c -LifecycleImage l/i -LayoutFolder ./layouts `
                -RunImageMirror @{ 'r/i' = 'm/1', 'm/2' } -RegistryMirror @{ 'docker.io' = 'mirror.example.com:5000/hub' } `
                -Registry @{ mine = 'https://example.com/x' }, @{ Name = 'other'; Type = 'git'; Url = 'https://example.com/y' } -DefaultRegistry mine
            Get-PackConfig
            """).Checked().Of<PackConfig>());

        Assert.Equal(
            (File, "example.com/builder", PullPolicy.Never, true, "l/i", "mine", Path.Combine(Environment.CurrentDirectory, "layouts")),
            (config.Path, config.DefaultBuilder, config.PullPolicy, config.Experimental, config.LifecycleImage, config.DefaultRegistry, config.LayoutFolder));
        Assert.Equal("a/b, a/c", config.TrustedBuilders.ToString());
        Assert.Equal("r/i -> m/1, r/i -> m/2", config.RunImageMirrors.ToString());
        Assert.Equal("index.docker.io -> mirror.example.com:5000/hub", config.RegistryMirrors.ToString());
        Assert.Equal("mine (github) https://example.com/x, other (git) https://example.com/y", config.Registries.ToString());
        Assert.Equal((File, 1, "example.com/builder"), config.Settings[0] is var setting ? (setting.Source, setting.Line, setting.Value) : default);
    }

    [Fact]
    public void A_configuration_can_be_piped_into_another_home()
    {
        _session.Run("Set-PackConfig -PullPolicy Always -TrustedBuilder a/b -RunImageMirror @{ 'r/i' = 'm/1', 'm/2' } -RegistryMirror @{ '*' = 'm:1' } -Registry @{ mine = 'u://x' }").Checked();
        var before = _session.Run("Get-PackConfig").Checked().Of<PackConfig>().Single();
        var other = _folder.Folder("other");

        var run = _session.Run("$config = Get-PackConfig; $env:PACK_HOME = $args[0]; $config | Set-PackConfig -PassThru", other).Checked();

        var after = Assert.Single(run.Of<PackConfig>());
        Assert.Equal(before.Settings.Select(setting => (setting.Name, setting.Value)), after.Settings.Select(setting => (setting.Name, setting.Value)));
        Assert.Equal(Path.Combine(other, "config.toml"), after.Path);
    }

    [Fact]
    public void Objects_that_were_read_from_text_set_what_they_say()
    {
        var config = Assert.Single(_session.Run(
            """
            [pscustomobject] @{
                Path = 'ignored'; DefaultBuilder = 'b/b'; PullPolicy = 'Never'; Experimental = ''; LifecycleImage = $null; TrustedBuilders = @('a/b')
                RunImageMirrors = @([pscustomobject] @{ Image = 'r/i'; Mirror = 'm/1' }, [pscustomobject] @{ Image = 'r/i'; Mirror = 'm/2' })
                RegistryMirrors = @([pscustomobject] @{ Registry = '*'; Mirror = 'm:1' }); Registries = @()
            } | Set-PackConfig -PassThru
            """).Checked().Of<PackConfig>());

        Assert.Equal(("b/b", PullPolicy.Never, null, null), (config.DefaultBuilder, config.PullPolicy, config.Experimental, config.LifecycleImage));
        Assert.Equal("r/i -> m/1, r/i -> m/2", config.RunImageMirrors.ToString());
        Assert.Equal("* -> m:1", config.RegistryMirrors.ToString());
    }

    [Fact]
    public void Entries_are_removed_by_name_and_wildcard()
    {
        _session.Run("Set-PackConfig -TrustedBuilder a/b, a/c, d/e -RegistryMirror @{ '*' = 'm:1'; 'docker.io' = 'h:1'; 'gcr.io' = 'g:1' } -RunImageMirror @{ r = 'm' } -PullPolicy Never").Checked();

        var config = Assert.Single(_session.Run(
            "Set-PackConfig -RemoveTrustedBuilder a/*, none* -RemoveRegistryMirror *, docker.io -RemoveRunImageMirror r -Clear PullPolicy -PassThru").Checked().Of<PackConfig>());

        Assert.Equal("d/e", config.TrustedBuilders.ToString());
        Assert.Equal("gcr.io -> g:1", config.RegistryMirrors.ToString());
        Assert.Empty(config.RunImageMirrors);
        Assert.Null(config.PullPolicy);
        Assert.Equal("x/y", _session.Run("(Set-PackConfig -Clear TrustedBuilders -TrustedBuilder x/y -PassThru).TrustedBuilders").Checked().Texts.Single());
    }

    [Fact]
    public void WhatIf_names_each_change_and_writes_nothing()
    {
        var shown = _session.Show("Set-PackConfig -DefaultBuilder b/b -TrustedBuilder a/b, c/d -Clear PullPolicy -WhatIf");

        Assert.Contains($"\"Set DefaultBuilder to 'b/b'\" on target \"{File}\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"Set TrustedBuilder 'c/d'\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"Clear PullPolicy\"", shown, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("Set-PackConfig", "ConfigurationSettingMissing")]
    [InlineData("Set-PackConfig -DefaultBuilder 'A B'", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -DefaultBuilder ''", "ArgumentEmpty")]
    [InlineData("Set-PackConfig -PullPolicy Never -TrustedBuilder a/UPPER", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -RegistryMirror @{ 'docker.io/library' = 'm' }", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -RegistryMirror @{ 'docker.io' = 'https://m' }", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -RunImageMirror @{ 'r' = 'not valid' }", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -RunImageMirror 'r=m'", "ParameterArgumentTransformationError")]
    [InlineData("Set-PackConfig -RegistryMirror @{ a = 'b', 'c' }", "ParameterArgumentTransformationError")]
    [InlineData("Set-PackConfig -Registry @{ official = 'u' }", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -Registry @{ Name = 'x'; Url = 'u'; Type = 'svn' }", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -DefaultRegistry none", "ConfigurationValueInvalid")]
    [InlineData("Set-PackConfig -RemoveTrustedBuilder none", "ConfigurationEntryNotFound")]
    [InlineData("Set-PackConfig -RemoveTrustedBuilder '['", "NamePatternInvalid")]
    [InlineData("Set-PackConfig -Clear Nope", "ParameterArgumentTransformationError")]
    public void What_makes_no_sense_is_an_error_and_writes_nothing(string command, string id)
    {
        Assert.StartsWith(id + ",", _session.Run(command).Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("Set-PackConfig -Clear DefaultBuilder, Nope", "'Nope' is not one of DefaultBuilder, PullPolicy,")]
    [InlineData("Export-PackSbom a -MediaType cdx", "'cdx' is not one of CycloneDx, Spdx, Syft")]
    public void A_word_that_is_not_known_is_an_error_that_names_the_words(string command, string message)
    {
        var failure = _session.Run(command).Failure;

        Assert.Contains(message, failure.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Buildpacks.Pack", failure.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Registry @{ Name = 'foo'; Type = 'git'; Url = 'https://user:hunter2@x/y' }", "https://user:***@x/y")]
    [InlineData("-Registry @{ foo = 'https://user:hunter2@x/y' } -WhatIf", "https://user:***@x/y")]
    [InlineData("-RegistryMirror @{ 'docker.io' = 'http://user:hunter2@x/y' }", "http://user:***@x/y")]
    [InlineData("-RegistryMirror @{ 'docker.io' = 'user:hunter2@x/y' }", "user:***@x/y")]
    [InlineData("-DefaultBuilder https://user:hunter2@x/y", "https://user:***@x/y")]
    public void A_password_in_an_address_is_refused_and_not_shown(string arguments, string shown)
    {
        var failure = _session.Run($"Set-PackConfig {arguments}").Failure;

        Assert.StartsWith("ConfigurationValueInvalid,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(shown, failure.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", $"{failure} {failure.TargetObject} {failure.Exception} {failure.ErrorDetails?.RecommendedAction}", StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void Passwords_in_the_file_are_hidden_and_kept()
    {
        _folder.File(
            "config.toml",
            """
            [[registries]]
              name = "foo"
              type = "git"
              url = "https://user:hunter2@x/y"

            [registry-mirrors]
              "gcr.io" = "http://user:hunter2@m"

            """);

        var config = _session.Run("Get-PackConfig").Checked().Of<PackConfig>().Single();
        var shown = _session.Show("Get-PackConfig | Format-List *; (Get-PackConfig).Settings | Format-List *; Set-PackConfig -PullPolicy Never -PassThru | ForEach-Object { $_.Settings } | Format-List *");
        _session.Run("(Get-PackConfig).Registries | ForEach-Object { Set-PackConfig -Registry $_ }").Checked();

        Assert.Equal(("https://user:***@x/y", "http://user:***@m"), (config.Registries[0].Url, config.RegistryMirrors[0].Mirror));
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains("url = \"https://user:hunter2@x/y\"", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.DoesNotContain("***", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_an_error_with_its_line_for_every_cmdlet_that_needs_it()
    {
        _folder.File("config.toml", "a = 1\npull-policy = \"now\"\n");
        _folder.File("app/file", "x");

        foreach (var command in new[] { "Get-PackConfig", "Set-PackConfig -DefaultBuilder b", "Set-PackEngine Podman -Persist", "Invoke-PackBuild a -Path $args[0] -WhatIf" })
        {
            var failure = _session.Run(command, _folder["app"]).Failure;
            Assert.StartsWith("ConfigurationInvalid,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("line 2", failure.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal("a = 1\npull-policy = \"now\"\n", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_build_takes_the_default_builder()
    {
        _folder.File("app/file", "x");

        var shown = _session.Show("Set-PackConfig -DefaultBuilder b/default; Invoke-PackBuild a -Path $args[0] -WhatIf", _folder["app"]);

        Assert.Contains("with the builder 'b/default'", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_entries_are_offered()
    {
        _session.Run("Set-PackConfig -TrustedBuilder a/b -Registry @{ mine = 'u' }").Checked();

        Assert.Equal(["a/b"], Complete("Set-PackConfig -RemoveTrustedBuilder "));
        Assert.Equal(["mine", "official"], Complete("Set-PackConfig -DefaultRegistry "));
        Assert.Contains("PullPolicy", Complete("Set-PackConfig -Clear "));

        IEnumerable<string?> Complete(string line) => _session.Run($"(TabExpansion2 '{line}').CompletionMatches.CompletionText").Checked().Texts;
    }
}
