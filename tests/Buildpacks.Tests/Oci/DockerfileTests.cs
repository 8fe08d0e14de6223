using Buildpacks.Oci;

namespace Buildpacks.Tests.Oci;

public class DockerfileTests
{
    [Theory]
    [InlineData("FROM a\nRUN b", "FROM a|RUN b")]
    [InlineData("\uFEFFfrom a\r\nrun  b c \r\n", "FROM a|RUN b c")]
    [InlineData("# comment\n\nFROM a\n  # comment\nRUN b \\\n# comment\n\n  && c\nUSER d", "FROM a|RUN b   && c|USER d")]
    [InlineData("# escape=`\nFROM a\nRUN b `\n c\\\nUSER d", "FROM a|RUN b  c\\|USER d")]
    [InlineData("FROM a\n# escape=`\nRUN b \\\n c", "FROM a|RUN b  c")]
    [InlineData("FROM a\nRUN <<EOF\nFROM b\nEOF\nUSER c", "FROM a|RUN <<EOF|USER c")]
    [InlineData("FROM a\nRUN cat <<-'EOF'\nFROM b\n\tEOF\nUSER c", "FROM a|RUN cat <<-'EOF'|USER c")]
    [InlineData("FROM a\nRUN cat <<< text\nUSER c", "FROM a|RUN cat <<< text|USER c")]
    public void Instructions_are_read_as_engines_read_them(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Dockerfile.Parse(text).Instructions.Select(instruction => $"{instruction.Name} {instruction.Arguments}")));

    [Theory]
    [InlineData("FOO a", "line 1: unknown instruction: FOO")]
    [InlineData("FROM", "line 1: FROM requires at least one argument")]
    [InlineData("FROM a\nRUN b \\\\\nFROM c", "line 2 ends with two escape characters, which engines read differently")]
    [InlineData("FROM a\nRUN <<EOF\nUSER b", "unterminated heredoc: EOF")]
    [InlineData("# escape=x\nFROM a", "line 1: the escape character must be \\ or `")]
    public void What_is_no_Dockerfile_is_rejected_with_its_line(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<InvalidDataException>(() => Dockerfile.Parse(text)).Message);

    [Fact]
    public void A_huge_file_is_rejected_before_it_is_read() =>
        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() => Dockerfile.Parse(new string('#', Dockerfile.MaximumLength + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_image_and_the_lines_of_an_instruction_are_known()
    {
        var from = Assert.Single(Dockerfile.Parse("ARG a=1 b\nFROM --platform=linux/amd64 \\\n  ${base_image} AS x\n").Stages);

        Assert.Equal((Dockerfile.BaseImage, 2, 3), (from.Image, from.Line, from.LastLine));
        Assert.Equal(["--platform=linux/amd64"], from.Flags);
    }

    [Fact]
    public void Anything_is_read_or_rejected()
    {
        var random = new Random(7);
        string[] parts = ["FROM a", "RUN b", "\\", "\n", "#", "escape=`", "<<EOF", "EOF", " ", "`", "\r", "\t", "ARG x=y", "\0", "COPY --from=z"];
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                Assert.All(Dockerfile.Parse(text).Instructions, instruction => Assert.True(instruction.LastLine >= instruction.Line && instruction.Arguments.Length > 0));
            }
            catch (InvalidDataException)
            {
                // Rejected.
            }
        }
    }
}
