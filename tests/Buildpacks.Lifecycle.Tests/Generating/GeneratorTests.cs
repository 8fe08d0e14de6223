using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Labels;
using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Generating;

public sealed class GeneratorTests : IDisposable
{
    private const string Build = "printf 'ARG base_image\\nFROM ${base_image}\\nRUN true\\n' > $CNB_OUTPUT_DIR/build.Dockerfile";
    private const string Run = "printf 'ARG base_image\\nFROM ${base_image}\\nRUN true\\n' > $CNB_OUTPUT_DIR/run.Dockerfile";

    private readonly BuildpackLab lab = new();

    public GeneratorTests()
    {
        lab.Buildpack("p");
        lab.Order("p");
        new AnalyzedMetadata { RunImage = new AnalyzedRunImage("example.com/run@sha256:1") { Image = "example.com/run", Target = new() { Os = "linux", Architecture = "amd64" } } }
            .Write(lab.Folder["layers/analyzed.toml"]);
    }

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("0.12", "build/team_x/Dockerfile run/team_x/Dockerfile run/team_x/extend-config.toml build/team_x/extend-config.toml")]
    [InlineData("0.13", "team_x/build.Dockerfile team_x/run.Dockerfile team_x/extend-config.toml team_x/context/file")]
    public async Task The_Dockerfiles_are_where_the_platform_expects_them(string platformApi, string expected)
    {
        lab.PlatformApi = platformApi;
        lab.Environment["CNB_EXPERIMENTAL_MODE"] = "quiet";
        Extend(
            "team/x",
            $"""
            {Build}
            {Run}
            printf '[[build.args]]\nname = "a"\nvalue = "b"\n' > $CNB_OUTPUT_DIR/extend-config.toml
            mkdir $CNB_OUTPUT_DIR/context; echo hello > $CNB_OUTPUT_DIR/context/file
            """);

        await lab.GenerateAsync();

        Assert.Equal(expected.Split(' ').Order(), Generated());
        Assert.True(Analyzed().Extend);
        Assert.Equal("example.com/run", Analyzed().Image);
    }

    [Fact]
    public async Task A_Dockerfile_for_the_build_image_alone_leaves_the_run_image_alone()
    {
        Extend("x", Build);

        await lab.GenerateAsync();

        Assert.False(Analyzed().Extend);
        Assert.NotNull(Analyzed().Target);
    }

    [Fact]
    public async Task An_extension_sees_its_plan_and_its_folders()
    {
        lab.Extension(
            "x",
            $"""
            {Build}
            cp $CNB_BP_PLAN_PATH {lab.Folder["seen-plan"]}
            [ "$1" = "$CNB_OUTPUT_DIR" ] && [ "$2" = "$CNB_PLATFORM_DIR" ] && [ "$3" = "$CNB_BP_PLAN_PATH" ]
            echo "$CNB_EXTENSION_DIR $CNB_TARGET_OS $(pwd)" > {lab.Folder["seen"]}
            """,
            detect: """printf '[[provides]]\nname = "node"\n' > $CNB_BUILD_PLAN_PATH""");
        lab.Buildpack("p", """printf '[[requires]]\nname = "node"\n' > $CNB_BUILD_PLAN_PATH""");
        lab.OrderExtensions("x");

        await lab.GenerateAsync();

        Assert.Equal($"{lab.Folder["extensions/x/1.0"]} linux {lab.Folder["app"]}", File.ReadAllText(lab.Folder["seen"]).Trim());
        Assert.Contains("name = \"node\"", File.ReadAllText(lab.Folder["seen-plan"]), StringComparison.Ordinal);
        Assert.Empty(BuildPlan.Read(lab.Folder["layers/plan.toml"]).Entries);
    }

    [Fact]
    public async Task The_last_chosen_run_image_is_taken_and_what_came_before_it_is_ignored()
    {
        lab.Folder.File("run.toml", "[[images]]\nimage = \"example.com/run\"\nmirrors = [\"example.org/other\"]\n");
        lab.Extension("one", Run);
        lab.Extension("two", "printf 'FROM example.org/other\\n' > $CNB_OUTPUT_DIR/run.Dockerfile");
        lab.Extension("three", Run);
        lab.OrderExtensions("one two three");

        await lab.GenerateAsync();

        Assert.Equal(new AnalyzedRunImage("example.org/other") { Image = "example.org/other", Extend = true }, Analyzed());
        Assert.Equal(["one/run.Dockerfile.ignore", "three/run.Dockerfile", "two/run.Dockerfile"], Generated());
        Assert.DoesNotContain("not found in run metadata", lab.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_image_that_the_builder_does_not_offer_is_warned_of()
    {
        Extend("x", "printf 'FROM example.org/other\\n' > $CNB_OUTPUT_DIR/run.Dockerfile");

        await lab.GenerateAsync();

        Assert.False(Analyzed().Extend);
        Assert.Contains("new runtime base image 'example.org/other' not found in run metadata", lab.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_without_a_program_has_its_output_prepared()
    {
        var folder = lab.Extension("x", generate: null);
        lab.Folder.File($"{folder}/generate/build.Dockerfile", "ARG base_image\nFROM ${base_image}\n");
        lab.Folder.File($"{folder}/generate/context/file", "hello");
        lab.OrderExtensions("x");

        await lab.GenerateAsync();

        Assert.Equal(["x/build.Dockerfile", "x/context/file"], Generated());
    }

    [Theory]
    [InlineData("exit 3", 91, "exit status 3")]
    [InlineData("echo 'RUN true' > $CNB_OUTPUT_DIR/build.Dockerfile", 92, "should have at least one stage")]
    [InlineData("printf 'FROM ${base_image}\\n' > $CNB_OUTPUT_DIR/build.Dockerfile", 92, "did not start with required ARG")]
    [InlineData("printf 'ARG base_image\\nFROM other\\n' > $CNB_OUTPUT_DIR/build.Dockerfile", 92, "did not contain required FROM")]
    [InlineData("printf 'FROM a\\nFROM b\\n' > $CNB_OUTPUT_DIR/run.Dockerfile", 92, "multistage")]
    [InlineData("printf 'FROM a\\nFOO\\n' > $CNB_OUTPUT_DIR/run.Dockerfile", 92, "failed to parse run.Dockerfile for extension x: line 2: unknown instruction: FOO")]
    [InlineData("mkdir $CNB_OUTPUT_DIR/context $CNB_OUTPUT_DIR/context.run", 92, "shared context")]
    [InlineData("printf '[[run.args]]\\nname = \"user_id\"\\nvalue = \"0\"\\n' > $CNB_OUTPUT_DIR/extend-config.toml", 92, "\"user_id\" is not allowed")]
    public async Task What_breaks_a_rule_fails_with_the_exit_code_of_the_specification(string generate, int exitCode, string words)
    {
        Extend("x", generate);

        var error = await Assert.ThrowsAsync<LifecycleException>(lab.GenerateAsync);

        Assert.Equal(exitCode, error.ExitCode);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instruction_that_is_not_for_extensions_is_warned_of()
    {
        Extend("x", "printf 'FROM ${base_image}\\nONBUILD RUN true\\n' > $CNB_OUTPUT_DIR/run.Dockerfile");

        await lab.GenerateAsync();

        Assert.Contains("run.Dockerfile command ONBUILD on line 2 is not recommended", lab.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_label_of_the_build_names_the_extensions()
    {
        Extend("x", Build);
        await lab.GenerateAsync();

        var built = await lab.BuildAsync();

        Assert.Equal(["x@1.0"], built.Extensions.Select(extension => extension.ToString()));
        Assert.Contains(
            """ "extensions":[{"id":"x","version":"1.0"}],"launcher" """.Trim(),
            BuildLabel.Of(built, "1", ApiVersion.Parse("0.15")), StringComparison.Ordinal);
        Assert.Equal(["x@1.0"], BuildMetadata.Read(BuildMetadata.PathIn(lab.Folder["layers"])).Extensions.Select(extension => extension.ToString()));
    }

    private void Extend(string id, string generate)
    {
        lab.Extension(id, generate);
        lab.OrderExtensions(id);
    }

    private AnalyzedRunImage Analyzed() => AnalyzedMetadata.ReadIfExists(lab.Folder["layers/analyzed.toml"])!.RunImage!;

    private IEnumerable<string> Generated() =>
        Directory.EnumerateFiles(lab.Folder["layers/generated"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(lab.Folder["layers/generated"], path)).Order(StringComparer.Ordinal);
}
