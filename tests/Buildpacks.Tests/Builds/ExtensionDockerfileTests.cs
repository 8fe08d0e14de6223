using Buildpacks.Builds.Extending;

namespace Buildpacks.Tests.Builds;

public class ExtensionDockerfileTests
{
    private const string Start = "ARG base_image\nFROM ${base_image}\n";

    [Theory]
    [InlineData("", "has no FROM")]
    [InlineData("RUN true", "has no FROM")]
    [InlineData("FROM a\nFROM b", "more than one FROM")]
    [InlineData("FROM other\nRUN true", "must begin with FROM ${base_image}")]
    [InlineData(Start + "ONBUILD RUN true", "ONBUILD in line 3 is not allowed")]
    [InlineData(Start + "ENTRYPOINT [\"/x\"]", "ENTRYPOINT in line 3 is not allowed")]
    [InlineData(Start + "VOLUME /x", "VOLUME in line 3 is not allowed")]
    [InlineData(Start + "COPY --from=secret / /", "the option --from of COPY in line 3 is not allowed")]
    [InlineData(Start + "copy --chown=1 \\\n  --FROM=secret / /", "the option --FROM of COPY in line 3 is not allowed")]
    [InlineData(Start + "ADD https://example.org/a /a", "ADD in line 3 has an address")]
    [InlineData(Start + "add [\"HTTP://169.254.169.254/a\", \"/a\"]", "ADD in line 3 has an address")]
    [InlineData(Start + "ADD ht\"tp:/\"/127.0.0.1/a /a", "ADD in line 3 has an address")]
    [InlineData(Start + "ADD http:\\/\\/127.0.0.1/a /a", "ADD in line 3 has an address")]
    [InlineData(Start + "ARG from=http://127.0.0.1/a\nADD ${from} /a", "ADD in line 4 has an address")]
    [InlineData(Start + "ADD git@example.org:a/b.git /a", "ADD in line 3 has an address")]
    [InlineData(Start + "RUN --mount=type=bind,from=secret,target=/x true", "the option --mount of RUN in line 3 is not allowed")]
    [InlineData(Start + "RUN --network=host true", "the option --network of RUN in line 3 is not allowed")]
    [InlineData(Start + "RUN --security=insecure true", "the option --security of RUN in line 3 is not allowed")]
    [InlineData(Start + "RUN <<EOF\ntrue\nEOF", "the document within line 3")]
    [InlineData(Start + "FOO", "unknown instruction: FOO")]
    [InlineData("ARG base_image\nFROM --platform=linux/arm64 ${base_image}", "the option --platform of FROM in line 2 is not allowed")]
    public void A_hostile_Dockerfile_is_refused_with_the_extension_and_the_line(string text, string problem)
    {
        var failure = Assert.Throws<PackException>(() => ExtensionDockerfile.Read(text, "test/extension", isForRun: false));

        Assert.Equal((PackErrorIds.DockerfileInvalid, "test/extension"), (failure.ErrorId, failure.Target));
        Assert.Contains("'test/extension' generated a build.Dockerfile", failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM scratch")]
    [InlineData("FROM $other")]
    [InlineData("ARG x=a\nFROM ${x}")]
    public void A_run_image_is_chosen_by_its_name(string text) =>
        Assert.Contains("is not an image name", Assert.Throws<PackException>(() => ExtensionDockerfile.Read(text, "x", isForRun: true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("FROM example.org/run:1", "example.org/run:1", false)]
    [InlineData("FROM example.org/run:1\nRUN true", "example.org/run:1", true)]
    [InlineData(Start, null, false)]
    [InlineData("ARG base_image\nFROM $base_image\nUSER root", null, true)]
    public void A_run_image_may_be_chosen_extended_or_both(string text, string? newBase, bool extends)
    {
        var dockerfile = ExtensionDockerfile.Read(text, "x", isForRun: true);

        Assert.Equal((newBase, extends), (dockerfile.NewBase?.Spelling, dockerfile.Extends));
    }

    [Theory]
    [InlineData("RUN true", true)]
    [InlineData("COPY a b", true)]
    [InlineData("ARG build_id=0\nRUN echo ${build_id}", false)]
    [InlineData("ADD a /a", true)]
    public void The_engine_is_not_asked_again_only_where_it_would_make_the_same_image(string commands, bool expected) =>
        Assert.Equal(expected, ExtensionDockerfile.Read(Start + commands, "x", isForRun: true).IsRepeatable);

    [Fact]
    public void The_image_is_named_by_its_id_and_nothing_else_changes() =>
        Assert.Equal(
            "# comment\nARG base_image\nFROM abc\nRUN x \\\n  y\n",
            ExtensionDockerfile.Read("# comment\nARG base_image\nFROM \\\n ${base_image} AS one\nRUN x \\\n  y\n", "x", isForRun: false).On("abc"));

    [Fact]
    public void Arguments_that_are_not_declared_are_known()
    {
        var dockerfile = ExtensionDockerfile.Read(Start + "ARG one=1 two\nRUN true", "x", isForRun: true);

        Assert.Equal((true, true, true, false), (dockerfile.Declares("base_image"), dockerfile.Declares("one"), dockerfile.Declares("two"), dockerfile.Declares("1")));
    }
}
