using System.Security.Cryptography;

namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>
/// What the shell of a piped container does: it unpacks standard input, runs the command and packs a folder up to standard output. A
/// mark on standard output parts these, which begins with a byte that text has none of and that nobody else in the container knows.
/// </summary>
internal sealed class PipeScript
{
    /// <summary>The variable that brings the mark; it is not passed on.</summary>
    public const string MarkVariable = "BUILDPACKS_PIPE_MARK";

    /// <summary>The shell that it is for.</summary>
    public const string Shell = "/bin/sh";

    /// <summary>What a shell, and podman too, ends with when there is no such program.</summary>
    public const int NoProgram = 127;

    /// <summary>
    /// A file of spaces, there from the beginning and gone before the container is when something fails: in a store without space, podman
    /// could not write down that it removes the container, and would keep a part of it for ever.
    /// </summary>
    private const string ReserveName = ".buildpacks-reserve";

    /// <summary>
    /// tar's own words are shown when it fails, and only then: it warns of file times that seem odd to it. They come before the mark, where
    /// there is nothing otherwise, and the rest of the input is read: when a container ends before that, podman loses what it wrote last.
    /// The command's children may outlive it and write on: that makes the archive invalid, and nothing worse. When the command fails, a second
    /// mark comes in the archive's place, and the names in a folder. Further files come in an archive of their own after the first one, and a failure there
    /// is no failure of the command: that archive is cut. Without a folder to pack up, a byte stands for the archive, so that the end of the
    /// command is known before the container is gone. A user who is not root would get other modes than those of the archive: they are asked for.
    /// The archive may have a script, which sets what tar leaves out.
    /// </summary>
    private const string Text = Beginning + Opening + "tar -xpf - -C /" + Closing + "env -- \"PATH=$path\" \"$@\" </dev/null" + Ending;

    /// <summary>
    /// The same for a command that reads. No tar leaves anything of its input to others, so another program gives it the archive in parts: before
    /// each there is a line with its size, the size 0 ends the archive, and a mark says that a part was taken. The next part is not sent before:
    /// there are programs that read more than they pass on.
    /// </summary>
    private const string ReadingText =
        Beginning + "command -v head >/dev/null || exit 127; exec 3>&1; " + Opening
        + "while IFS= read -r size && [ \"$size\" != 0 ]; do head -c \"$size\" || break; printf '\\000%s\\n' \"$mark\" >&3; done | tar -xpf - -C /" + Closing
        + "exec 3>&-; env -- \"PATH=$path\" \"$@\"" + Ending;

    private const string Beginning =
        $"mark=${MarkVariable}; unset {MarkVariable}; path=$PATH; PATH={Path}; parent=$1; name=$2; report=$3; removed=$4; more=$5; without=$6; reserve=$7; open=$8; after=$9; shift 9; "
        + "command -v tar >/dev/null && command -v env >/dev/null || exit 127; ";

    private const string Opening =
        "printf '\\000%s\\n' \"$mark\"; "
        + "[ -z \"$removed\" ] || rm -rf -- $removed; "
        + "words=$({ umask 0; printf %1000000s > \"$reserve\"; ";

    private const string Closing =
        " && { [ -z \"$open\" ] || chmod 0777 $open; } && { [ ! -f \"$after\" ] || { . \"$after\" && rm -f \"$after\"; }; }; } 2>&1) || { rm -f \"$reserve\"; "
        + "printf '%s\\n\\000%s\\n' \"${words:-tar failed without a word}\" \"$mark\"; cat >/dev/null; exit 1; }; "
        + "printf '\\000%s\\n' \"$mark\"; ";

    private const string Ending =
        " || { code=$?; rm -f \"$reserve\"; printf '\\000%s\\n\\000%s\\n' \"$mark\" \"$mark\"; ls -1 -- \"$report\" 2>/dev/null; exit $code; }; "
        + "printf '\\000%s\\n' \"$mark\"; "
        + "[ -n \"$name\" ] || { rm -f \"$reserve\"; printf .; exit 0; }; "
        + "[ -n \"$more\" ] || exec tar -cf - -C \"$parent\" \"$name\"; "
        + "tar -cf - -C \"$parent\" \"$name\" || exit; cd / || exit; set --; "
        + "for file in $more; do case \" $without \" in *\" ${file##*/} \"*) continue;; esac; [ ! -e \"$file\" ] || set -- \"$@\" \"$file\"; done; "
        + "[ $# -eq 0 ] || tar -cf - \"$@\"; exit 0";

    /// <summary>Where the shell's own programs are: not where the image says that programs are.</summary>
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const string PathVariable = "PATH";

    /// <summary>The right to keep the set-group-id bits of files of other groups, which tar needs and the command may not.</summary>
    private const string KeepsBits = "FSETID";

    private const int MarkBytes = 16;

    private readonly string _mark = Convert.ToHexString(RandomNumberGenerator.GetBytes(MarkBytes));

    /// <summary>The bytes that part one stage from the next.</summary>
    public ReadOnlyMemory<byte> Mark => System.Text.Encoding.ASCII.GetBytes($"\0{_mark}\n");

    /// <summary>What tar said last, without what the command wrote before it; all of it when tar said nothing.</summary>
    /// <param name="errors">Standard error of the container.</param>
    public static string LastWordsOfTar(string errors)
    {
        var lines = errors.TrimEnd().Split('\n');
        var first = Array.FindLastIndex(lines, line => !AreOfTar(line)) + 1;
        return first < lines.Length ? string.Join('\n', lines[first..]) : errors;
    }

    /// <summary>Whether words are tar's own.</summary>
    public static bool AreOfTar(string words) => words.StartsWith("tar: ", StringComparison.Ordinal);

    /// <summary>The container that runs the script.</summary>
    /// <param name="run">What it is to run.</param>
    public ContainerSpec Wrap(PipedRun run)
    {
        var output = run.OutputPath?.TrimEnd('/') ?? "/";
        var cut = output.LastIndexOf('/');
        var image = OfImage(run);
        return run.Container with
        {
            Entrypoint = [Shell, "-c", run.WriteCommandInput is null ? Text : ReadingText, "sh", output[..Math.Max(cut, 1)], output[(cut + 1)..], run.ReportPath ?? "", string.Join(' ', run.RemovedFolders), Words(run.MoreOutput.Select(path => path.TrimStart('/'))), Words(run.LeftOut), $"{run.ReservePath.TrimEnd('/')}/{ReserveName}", Words(run.OpenFolders), run.AfterInput ?? ""],
            Command = [.. image.Select(variable => $"{variable.Key}={variable.Value}"), .. run.Container.Command ?? []],
            UnsetEnvironment = [.. image.Keys],
            AddedCapabilities = run.Container.DroppedCapabilities.Count > 0 && run.Container.AddedCapabilities.Count > 0 ? [.. run.Container.AddedCapabilities, KeepsBits] : run.Container.AddedCapabilities,
            Environment = new Dictionary<string, string>(run.Container.Environment) { [MarkVariable] = _mark },
            HasInput = true,
            AutoRemove = true,
        };
    }

    /// <summary>Words for the shell, which splits them at spaces and fills in what matches.</summary>
    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.All(character => char.IsAsciiLetterOrDigit(character) || "/*.:_-".Contains(character, StringComparison.Ordinal))
            ? word
            : throw new ArgumentException($"'{word}' is not a word for a shell", nameof(words))));

    /// <summary>
    /// The image's variables, which the shell and tar do not get and the command gets back: some of them load libraries into programs, change
    /// what a shell does or give tar options. What the container's own environment sets is not among them, nor the path, which the shell
    /// keeps for the command.
    /// </summary>
    private static Dictionary<string, string> OfImage(PipedRun run)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parts in run.ImageEnvironment.Select(variable => variable.Split('=', 2)))
        {
            if (parts is [{ Length: > 0 } name, var value] && name != PathVariable && !run.Container.Environment.ContainsKey(name))
            {
                variables[name] = value;
            }
        }

        return variables;
    }
}
