using System.Management.Automation;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>Builds as people who live in PowerShell write them: from folders, from rows of a table, by splatting, side by side.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class PipelineTests(EngineMachine machine) : IDisposable
{
    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("pipeline");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task Folders_are_built_under_their_own_names_in_the_form_that_images_have()
    {
        await UseAsync();

        var run = _session.Run("$args | Invoke-PackBuild -PullPolicy Never 6>$null", App("Shop.Web"), App("My Site")).Checked();

        Assert.Equal(["docker.io/library/shop.web:latest", "docker.io/library/my-site:latest"], run.Of<BuildResult>().Select(result => result.ImageName));
    }

    [Fact]
    public void A_text_is_the_path_of_an_app_and_names_its_image()
    {
        App("My Site");

        var shown = _session.Show("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0]); './My Site' | Invoke-PackBuild -Builder b -WhatIf; 'My Site' | Invoke-PackBuild localhost/web -Builder b -WhatIf", _folder.Path);

        Assert.Contains($"Build the app in '{_folder["My Site"]}' with the builder 'b'\" on target \"my-site\"", shown, StringComparison.Ordinal);
        Assert.Contains($"Build the app in '{_folder["My Site"]}' with the builder 'b'\" on target \"localhost/web\"", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_without_a_name_is_no_text()
    {
        Assert.StartsWith(
            "InputObjectNotBound,",
            _session.Run("[pscustomobject] @{ Folder = 'x' } | Invoke-PackBuild -Builder b -WhatIf").Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_engines_take_for_an_id_is_refused()
    {
        var record = _session.Run("Invoke-PackBuild $args[0] -Path $args[1] -Builder b -WhatIf", new string('a', 64), App("hex").FullName).Failure;

        Assert.StartsWith("ImageNameInvalid,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("id", record.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_folder_that_would_take_the_image_of_another_is_not_built()
    {
        await UseAsync();

        var run = _session.Run("$args | Invoke-PackBuild 6>$null", App("one/my-site"), App("two/My Site"), App("three/other"));

        Assert.Equal(["docker.io/library/my-site:latest", "docker.io/library/other:latest"], run.Of<BuildResult>().Select(result => result.ImageName));
        var error = Assert.Single(run.Errors);
        Assert.StartsWith("ImageNameAmbiguous,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("two/My Site", error.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_folder_without_a_name_that_an_image_could_have_is_an_error_and_leaves_the_others()
    {
        await UseAsync();

        var run = _session.Run("$args | Invoke-PackBuild 6>$null", App("日本"), App("latin"));

        Assert.StartsWith("ImageNameInvalid,", Assert.Single(run.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("docker.io/library/latin:latest", Assert.Single(run.Of<BuildResult>()).ImageName);
    }

    [SkippableFact]
    public async Task A_name_that_was_typed_is_not_changed()
    {
        await UseAsync();

        Assert.StartsWith(
            "ImageNameInvalid,", _session.Run("Invoke-PackBuild 'My Site' -Path $args[0]", App("My Site").FullName).Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Rows_of_a_table_are_built_and_empty_cells_are_not_arguments()
    {
        await UseAsync();
        var script = """
            [pscustomobject] @{
                ImageName = 'example.org/row/one'; Path = $args[0]; Builder = ''; Buildpack = ''; PreBuildpack = ''; PostBuildpack = ''
                Env = ''; EnvFile = ''; RunImage = ''; PullPolicy = ''; ClearCache = ''; Tag = ''; Volume = ''; Network = ''
                DefaultProcess = ''; ExportRoute = ''; Engine = ''; Note = 'not for us'
            },
            [pscustomobject] @{
                ImageName = 'example.org/row/two'; Path = $args[0]; Builder = $args[1]; Buildpack = 'samples/procfile'; PreBuildpack = ''; PostBuildpack = ''
                Env = 'BP_ROW=two'; EnvFile = $args[2]; RunImage = $args[3]; PullPolicy = 'Never'; ClearCache = 'true'; Tag = 'example.org/row/two:v2'
                Volume = ''; Network = 'none'; DefaultProcess = 'greet'; ExportRoute = 'Layout'; Engine = 'Podman'; Note = ''
            } | Invoke-PackBuild 6>$null
            """;
        var app = App("table");
        _folder.File("table/Procfile", "web: ./serve\ngreet: echo hello\n");

        // Without a bridge the first row needs a network of the session's choice.
        var results = _session.Run(script, app.FullName, SampleBuilder.Name, _folder.File("row.env", "BP_FILE=1\n"), SampleBuilder.RunImage).Checked().Of<BuildResult>();

        Assert.Equal(["example.org/row/one:latest", "example.org/row/two:latest"], results.Select(result => result.ImageName));
        Assert.Equal(["samples/static-site", "samples/procfile"], results[0].Buildpacks.Select(buildpack => buildpack.Id));
        Assert.Equal(["samples/procfile"], results[1].Buildpacks.Select(buildpack => buildpack.Id));
        Assert.Equal("greet", Assert.Single(results[1].Processes, process => process.Default).Type);
        Assert.Equal(["example.org/row/two:latest", "example.org/row/two:v2"], results[1].Tags);
    }

    /// <summary>Environment as JSON, dictionaries and tables have it reaches the build.</summary>
    [SkippableTheory]
    [InlineData("[pscustomobject] @{ BP_GREETING = 'from-here'; OTHER = 1 }")]
    [InlineData("[pscustomobject] @{ Name = 'BP_GREETING'; Value = 'from-here' }")]
    [InlineData("@([pscustomobject] @{ name = 'BP_GREETING'; value = 'from-here' }, [pscustomobject] @{ name = 'OTHER'; value = 1 })")]
    [InlineData("@(@{ name = 'BP_GREETING'; value = 'from-here' }, @{ THIRD = 3 }, 'OTHER=1')")]
    [InlineData("& { $d = [Collections.Generic.Dictionary[string, string]]::new(); $d['BP_GREETING'] = 'from-here'; $d }")]
    [InlineData("& { $d = [Collections.Generic.SortedDictionary[string, object]]::new(); $d['BP_GREETING'] = 'from-here'; , $d }")]
    [InlineData("[Collections.Immutable.ImmutableDictionary]::Create[string, string]().Add('BP_GREETING', 'from-here')")]
    [InlineData("@{ BP_GREETING = 'from-here' }.GetEnumerator()")]
    [InlineData("[Collections.Generic.List[object]] @('BP_GREETING=from-here')")]
    public async Task Environment_of_a_piped_object_is_bound_whatever_its_form(string environment)
    {
        await UseAsync();
        var app = App("form");
        File.WriteAllText(_folder["form/public/cgi-bin.sh"], "");
        _folder.File("form/public/cgi-bin/hello.sh", "#!/bin/sh\necho\n");

        var result = Assert.Single(_session.Run(
            $"[pscustomobject] @{{ ImageName = 'example.org/form/app'; Path = $args[0]; Env = $({environment}) }} | Invoke-PackBuild -PullPolicy Never 6>$null", app.FullName).Checked().Of<BuildResult>());

        var greeting = (await machine.Podman.RunAsync("run", "--rm", "--network=none", "--entrypoint=launcher", result.ImageName, "printenv", "GREETING")).Checked();
        Assert.Equal("from-here", greeting.Trim());
    }

    [Theory]
    [InlineData("Env = 5", "Env")]
    [InlineData("Env = @(, @('A=1'))", "Env")]
    [InlineData("Env = @{ 'A=B' = '1' }", "Env")]
    [InlineData("Env = [pscustomobject] @{ A = [pscustomobject] @{ B = 1 } }", "Env")]
    [InlineData("Env = [pscustomobject] @{ A = @{ B = 1 } }", "Env")]
    [InlineData("Path = @('a', 'b')", "Path")]
    [InlineData("Path = @{ a = 1 }", "Path")]
    [InlineData("Path = [pscustomobject] @{ a = 1 }", "Path")]
    [InlineData("LiteralPath = @('a', 'b')", "LiteralPath")]
    [InlineData("FullName = @('a', 'b')", "LiteralPath")]
    [InlineData("ImageName = @('a', 'b')", "ImageName")]
    [InlineData("Network = @('a', 'b')", "Network")]
    [InlineData("Network = [pscustomobject] @{ a = 1 }", "Network")]
    [InlineData("Builder = @('a', 'b')", "Builder")]
    [InlineData("Descriptor = @('a', 'b')", "Descriptor")]
    [InlineData("RunImage = @('a', 'b')", "RunImage")]
    [InlineData("DefaultProcess = @{ a = 1 }", "DefaultProcess")]
    [InlineData("PullPolicy = @('Never', 'Always')", "PullPolicy")]
    [InlineData("PullPolicy = [pscustomobject] @{ a = 1 }", "PullPolicy")]
    [InlineData("ExportRoute = 99.5", "ExportRoute")]
    [InlineData("ClearCache = @($true, $false)", "ClearCache")]
    [InlineData("Engine = @('Podman', 'Docker')", "Engine")]
    [InlineData("EngineEndpoint = @('a', 'b')", "EngineEndpoint")]
    [InlineData("Tag = @(, @('a', 'b'))", "Tag")]
    [InlineData("Tag = @{ a = 1 }", "Tag")]
    [InlineData("Tag = [pscustomobject] @{ a = 1 }", "Tag")]
    [InlineData("Volume = @([pscustomobject] @{ a = 1 })", "Volume")]
    [InlineData("EnvFile = @{ a = 1 }", "EnvFile")]
    [InlineData("Buildpack = @{ a = 1 }", "Buildpack")]
    [InlineData("Uid = 'root'", "Uid")]
    [InlineData("Uid = -1", "Uid")]
    [InlineData("Gid = @(1, 2)", "Gid")]
    [InlineData("ExecEnv = @{ a = 1 }", "ExecEnv")]
    [InlineData("Credential = 5", "Credential")]
    [InlineData("Credential = @{ a = 1 }", "Credential")]
    [InlineData("Credential = @('a', 'b')", "Credential")]
    [InlineData("InputStream = 'text'", "InputStream")]
    [InlineData("InputStream = @(1, 2)", "InputStream")]
    [InlineData("InputStream = @{ a = 1 }", "InputStream")]
    [InlineData("InputStream = [pscustomobject] @{ a = 1 }", "InputStream")]
    public void A_property_that_cannot_be_bound_is_an_error_of_its_item(string property, string parameter)
    {
        App("bound");
        var bad = property.StartsWith("ImageName", StringComparison.Ordinal) ? property : "ImageName = 'example.org/bad'; " + property;
        var path = new[] { "Path", "FullName", "InputStream" }.Any(app => property.Contains(app, StringComparison.Ordinal)) ? "" : "; Path = $args[0]";

        // A parameter that is typed is not bound again.
        var builder = property.StartsWith("Builder", StringComparison.Ordinal) ? "" : "; Builder = 'test/builder'";

        var shown = _session.Run(
            $"[pscustomobject] @{{ {bad}{path}{builder} }}, [pscustomobject] @{{ ImageName = 'example.org/good'; Path = $args[0]; Builder = 'test/builder' }} "
            + "| Invoke-PackBuild -WhatIf", _folder["bound"]);

        var error = Assert.Single(shown.Errors);
        Assert.Contains($"'{parameter}'", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("example.org/good", _session.Console.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org/bad", _session.Console.Shown, StringComparison.Ordinal);
    }

    /// <summary>PowerShell leaves out a piped property that it cannot convert, and says nothing.</summary>
    [Fact]
    public void Every_property_of_a_piped_object_is_read_by_a_transformation_that_refuses_what_it_cannot_convert()
    {
        var unread = typeof(InvokePackBuildCommand).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(PSCmdlet)) && !type.IsAbstract)
            .SelectMany(type => type.GetProperties(), (type, property) => (type, property))
            .Where(parameter => parameter.property.GetCustomAttributes(typeof(ParameterAttribute), inherit: true).Cast<ParameterAttribute>().Any(attribute => attribute.ValueFromPipelineByPropertyName)
                && parameter.property.GetCustomAttributes(typeof(ArgumentTransformationAttribute), inherit: true).Length == 0)
            .Select(parameter => $"{parameter.type.Name}.{parameter.property.Name}");

        Assert.Empty(unread);
    }

    /// <summary>A piped property that nothing takes is lost without a word.</summary>
    [Fact]
    public void Every_parameter_of_a_build_can_be_a_property_of_a_piped_object_unless_there_is_a_reason()
    {
        Dictionary<string, string> typedOnly = new()
        {
            [nameof(InvokePackBuildCommand.InputObject)] = "the object itself",
            [nameof(InvokePackBuildCommand.CreationTime)] = "a piped folder or file has a property of this name",
            [nameof(InvokePackBuildCommand.Extension)] = "a piped folder or file has a property of this name",
            [nameof(InvokePackBuildCommand.PlatformEngine)] = "is for the whole call, as -Engine",
            [nameof(InvokePackBuildCommand.Timestamp)] = "is about what is shown",
        };

        var parameters = typeof(InvokePackBuildCommand).GetProperties()
            .Where(property => property.GetCustomAttributes(typeof(ParameterAttribute), inherit: true).Cast<ParameterAttribute>().ToList() is { Count: > 0 } attributes
                && !attributes.Exists(attribute => attribute.ValueFromPipelineByPropertyName))
            .Select(property => property.Name);

        Assert.Equal(typedOnly.Keys.Order(), parameters.Order());
    }

    [Theory]
    [InlineData("Network = @('none')")]
    [InlineData("ClearCache = @($true)")]
    [InlineData("Tag = [Collections.Generic.HashSet[string]] @('example.org/x:1')")]
    [InlineData("PullPolicy = @('Never')")]
    [InlineData("ClearCache = 1")]
    [InlineData("Uid = '1001'; Gid = @(1002L); ExecEnv = 'test'")]
    [InlineData("Uid = ''; Gid = $null; ExecEnv = ''")]
    [InlineData("Credential = ''")]
    [InlineData("Credential = $null; InputStream = ''")]
    [InlineData("Credential = @([pscredential]::Empty)")]
    public void A_list_of_one_is_that_one(string property)
    {
        App("one");

        _session.Run($"[pscustomobject] @{{ ImageName = 'example.org/one'; Path = @($args[0]); {property} }} | Invoke-PackBuild -Builder test/builder -WhatIf", _folder["one"]).Checked();

        Assert.Contains("example.org/one", _session.Console.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pfad = $args[0]")]
    [InlineData("Path = ''")]
    [InlineData("Path = $null")]
    [InlineData("Path = @()")]
    public void A_name_that_is_piped_goes_only_with_a_path_that_is_piped_or_typed(string path)
    {
        App("here");
        _session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", _folder["here"]).Checked();
        var row = $"[pscustomobject] @{{ ImageName = 'example.org/row'; {path} }}, [pscustomobject] @{{ ImageName = 'example.org/other'; Path = '.' }}";

        var piped = _session.Run($"{row} | Invoke-PackBuild -Builder test/builder -WhatIf", _folder["here"]);

        var error = Assert.Single(piped.Errors);
        Assert.Equal(("AppPathMissing,Buildpacks.Commands.InvokePackBuildCommand", (object)"example.org/row"), (error.FullyQualifiedErrorId, error.TargetObject));
        Assert.Contains("example.org/other", _session.Console.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\"example.org/row\"", _session.Console.Shown, StringComparison.Ordinal);

        Assert.Contains("typed/name", _session.Show($"[pscustomobject] @{{ Env = 'A=1'; {path} }} | Invoke-PackBuild typed/name -Builder test/builder -WhatIf", _folder["here"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_names_the_builder_of_the_project_descriptor()
    {
        App("described");
        _folder.File("described/project.toml", "[_]\nschema-version = '0.2'\n[io.buildpacks]\nbuilder = 'test/of-the-app'\n");
        var other = _folder.File("other.toml", "[_]\nschema-version = '0.2'\n[io.buildpacks]\nbuilder = 'test/of-the-file'\n");

        Assert.Contains("'test/of-the-app'", _session.Show("Invoke-PackBuild image $args[0] -WhatIf", _folder["described"]), StringComparison.Ordinal);
        Assert.Contains("'test/of-the-file'", _session.Show("Invoke-PackBuild image $args[0] -Descriptor $args[1] -WhatIf", _folder["described"], other), StringComparison.Ordinal);
        Assert.StartsWith(
            "ProjectTomlNotFound,", _session.Run("Invoke-PackBuild image $args[0] -Descriptor none.toml -WhatIf", _folder["described"]).Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$null")]
    [InlineData("@($null)")]
    public void An_object_without_environment_is_built_without(string environment)
    {
        App("bare");

        var shown = _session.Run(
            $"[pscustomobject] @{{ ImageName = 'one'; Path = $args[0]; Env = {environment} }}, [pscustomobject] @{{ ImageName = 'two'; Path = $args[0] }} "
            + "| Invoke-PackBuild -Builder test/builder -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock",
            _folder["bare"]);

        Assert.Equal(["one", "two"], shown.Errors.Select(error => error.TargetObject));
        Assert.All(shown.Errors, error => Assert.StartsWith("DockerUnreachable,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'open-sesame', 'b'")]
    [InlineData("@{ A = 'open-sesame' }")]
    [InlineData("[Collections.Generic.List[string]] 'open-sesame'")]
    public void A_variable_with_several_values_is_refused_by_its_name_alone(string value)
    {
        var typed = _session.Run($"Invoke-PackBuild image -WhatIf -Env @{{ LIST = {value} }}").Failure;
        var piped = _session.Run($"[pscustomobject] @{{ ImageName = 'image'; Env = @{{ LIST = {value} }} }} | Invoke-PackBuild -WhatIf").Failure;

        Assert.All([typed, piped], error => Assert.Contains("The variable LIST", error.ToString(), StringComparison.Ordinal));
        Assert.All([typed, piped], error => Assert.DoesNotContain("open-sesame", $"{error}{error.Exception}", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("PullPolicy = 'Sometimes'", "PullPolicy")]
    [InlineData("Engine = 'Containerd'", "Engine")]
    [InlineData("ClearCache = 'perhaps'", "ClearCache")]
    [InlineData("EnvFile = '/no/such.env'", "EnvFileNotFound")]
    [InlineData("EnvFile = 'nodrive:/x.env'", "DriveNotFound")]
    [InlineData("Buildpack = './here'", "BuildpackNotFound")]
    [InlineData("Volume = 'x'", "VolumeInvalid")]
    public async Task A_row_that_cannot_be_built_is_one_error_and_leaves_the_others(string cell, string named)
    {
        await UseAsync();

        var run = _session.Run(
            $$"""
            [pscustomobject] @{ ImageName = 'example.org/row/bad'; Path = $args[0]; {{cell}} },
            [pscustomobject] @{ ImageName = 'example.org/row/good'; Path = $args[0] } | Invoke-PackBuild 6>$null
            """,
            App("row").FullName);

        Assert.Equal("example.org/row/good:latest", Assert.Single(run.Of<BuildResult>()).ImageName);
        var error = Assert.Single(run.Errors);
        Assert.Contains(named, error.FullyQualifiedErrorId + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Path ''", "Path")]
    [InlineData("-Builder $unset", "Builder")]
    [InlineData("-Tag @()", "Tag")]
    [InlineData("-EnvFile ''", "EnvFile")]
    [InlineData("-DefaultProcess ' '", "DefaultProcess")]
    public void An_argument_that_was_typed_and_is_empty_is_an_error(string argument, string parameter)
    {
        var failure = _session.Run($"Invoke-PackBuild image {argument}").Failure;

        Assert.Contains($"-{parameter} is empty", failure.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("ArgumentEmpty,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Env @{}")]
    [InlineData("-Env @()")]
    [InlineData("-Engine $null")]
    public void What_a_script_may_leave_open_may_be_empty(string argument) =>
        Assert.Contains("What if", _session.Show($"Invoke-PackBuild image -Builder test/builder -WhatIf {argument}"), StringComparison.Ordinal);

    [SkippableFact]
    public async Task Paths_are_the_sessions()
    {
        await UseAsync();
        App("here/app[1]");
        _folder.File("here/10.env", "BP_GREETING=ten\n");
        _folder.File("here/20.env", "BP_GREETING=twenty\n");
        _session.Run(
            """
            $file = $ExecutionContext.SessionState.Provider.GetOne('FileSystem')
            $null = $ExecutionContext.SessionState.Drive.New([Management.Automation.PSDriveInfo]::new('apps', $file, $args[0], '', $null), 'global')
            $null = $ExecutionContext.SessionState.Path.SetLocation('apps:/here')
            """,
            _folder.Path).Checked();

        foreach (var path in new[] { "-LiteralPath 'app[1]'", "-LiteralPath 'apps:/here/app[1]'", "-Path 'app?1?'", "-Path 'apps:/h*/app*'" })
        {
            Assert.Single(_session.Run($"Invoke-PackBuild example.org/path/app {path} -EnvFile *.env 6>$null").Checked().Output);
        }

        Assert.StartsWith("AppPathNotFound,", _session.Run("Invoke-PackBuild example.org/path/app -Path 'no*'").Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("AppPathAmbiguous,", _session.Run("Invoke-PackBuild example.org/path/app -Path '*'").Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith(
            "EnvFileNotFound,", _session.Run("Invoke-PackBuild example.org/path/app -LiteralPath 'app[1]' -EnvFile *.none").Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Of_env_files_that_match_the_later_win()
    {
        await UseAsync();
        App("env");
        File.WriteAllText(_folder["env/public/cgi-bin.sh"], "");
        _folder.File("env/public/cgi-bin/hello.sh", "#!/bin/sh\necho\n");
        _folder.File("10.env", "BP_GREETING=ten\n");
        _folder.File("20.env", "BP_GREETING=twenty\n");

        _session.Run("Invoke-PackBuild example.org/env/app -Path $args[0] -EnvFile $args[1] 6>$null", _folder["env"], _folder["*.env"]).Checked();

        var greeting = (await machine.Podman.RunAsync("run", "--rm", "--network=none", "--entrypoint=launcher", "example.org/env/app", "printenv", "GREETING")).Checked();
        Assert.Equal("twenty", greeting.Trim());
    }

    [SkippableFact]
    public async Task Arguments_can_be_splatted()
    {
        await UseAsync();

        var result = Assert.Single(_session.Run(
            "$build = @{ ImageName = 'example.org/splat/app'; Path = $args[0]; Env = @{ A = 1 }; Tag = 'example.org/splat/app:1'; ClearCache = $false }; Invoke-PackBuild @build 6>$null",
            App("splat").FullName).Checked().Of<BuildResult>());

        Assert.Equal(["example.org/splat/app:latest", "example.org/splat/app:1"], result.Tags);
    }

    [SkippableFact]
    public async Task Parallel_blocks_build_side_by_side()
    {
        await UseAsync();

        var run = _session.Run(
            """
            $manifest, $builder = $args[0], $args[1]
            $args[2..4] | ForEach-Object -Parallel {
                Import-Module $using:manifest
                Invoke-PackBuild "example.org/parallel/$($_.Name)" -LiteralPath $_.FullName -Builder $using:builder -Engine Podman -Network none 6>$null
            } -ThrottleLimit 3
            """,
            Checkout.Manifest, SampleBuilder.Name, App("a"), App("b"), App("c")).Checked();

        Assert.Equal(
            ["example.org/parallel/a:latest", "example.org/parallel/b:latest", "example.org/parallel/c:latest"],
            run.Of<BuildResult>().Select(result => result.ImageName).Order());
    }

    [UnixFact]
    public void WhatIf_says_what_would_be_done_and_starts_no_engine()
    {
        var program = _folder.Script("podman", $"#!/bin/sh\ntouch {_folder["called"]}\n");
        App("My Site");

        var shown = _session.Show(
            "$args[0] | Invoke-PackBuild -Builder test/builder -Engine Podman -EngineEndpoint $args[1] -WhatIf", new DirectoryInfo(_folder["My Site"]), program);

        Assert.Contains("\"my-site\"", shown, StringComparison.Ordinal);
        Assert.Contains($"Build the app in '{_folder["My Site"]}' with the builder 'test/builder'", shown, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["called"]));
    }

    [UnixTheory]
    [InlineData("image", "NoBuilder")]
    [InlineData("image -Builder 'x y'", "ImageNameInvalid")]
    [InlineData("image -Builder b -RunImage 'x y'", "ImageNameInvalid")]
    [InlineData("'Bad Name' -Builder b", "ImageNameInvalid")]
    [InlineData("image -Builder b -Tag 'Bad Name'", "ImageNameInvalid")]
    [InlineData("b -Builder b", "ImageNameInvalid")]
    [InlineData("image ./nope -Builder b", "AppPathNotFound")]
    public void What_cannot_be_built_is_an_error_with_WhatIf_too_and_starts_no_engine(string arguments, string errorId)
    {
        var program = _folder.Script("podman", $"#!/bin/sh\ntouch {_folder["called"]}\n");

        Assert.All(["-WhatIf", ""], whatIf =>
        {
            var failure = _session.Run($"Invoke-PackBuild {arguments} -Engine Podman -EngineEndpoint $args[0] {whatIf}", program).Failure;
            Assert.Equal($"{errorId},Buildpacks.Commands.InvokePackBuildCommand", failure.FullyQualifiedErrorId);
            Assert.NotEmpty(failure.ErrorDetails.RecommendedAction);
        });
        Assert.False(File.Exists(_folder["called"]));
        Assert.DoesNotContain("What if", _session.Console.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_comes_after_one_of_its_name_is_not_said_to_come_after_an_image()
    {
        var run = _session.Run("$args | Invoke-PackBuild -WhatIf", App("one/my-site"), App("two/My Site"));

        Assert.Equal(["NoBuilder", "ImageNameAmbiguous"], run.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains("results in the same image name 'my-site'", run.Errors[1].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("the first one did", run.Errors[1].ToString(), StringComparison.Ordinal);
    }

    private async Task UseAsync()
    {
        machine.Require(PackEngineKind.Podman);
        await SampleBuilder.GetAsync(machine.Podman);
        _session.Run(
            "Set-PackEngine Podman; $PSDefaultParameterValues = @{ 'Invoke-PackBuild:Builder' = $args[0]; 'Invoke-PackBuild:Network' = 'none' }", SampleBuilder.Name).Checked();
    }

    /// <summary>A folder with a static site.</summary>
    private DirectoryInfo App(string name)
    {
        _folder.File(name + "/public/index.html", $"<p>{name}</p>\n");
        return new DirectoryInfo(_folder[name]);
    }
}
