using System.Collections;
using System.Text;

namespace Buildpacks.IO;

/// <summary>
/// A pattern with <c>*</c>, <c>?</c>, <c>[…]</c> and <c>**</c>, as git's wildmatch reads it: over bytes, and with no wildcard but <c>**</c>
/// that matches a slash. All ways to match are followed at once, so that no pattern takes longer than its length times the path's.
/// </summary>
internal sealed class GlobPattern
{
    private const byte Slash = (byte)'/';
    private const int ByteValues = 256;

    private readonly List<Token> _tokens = [];
    private readonly bool _isInvalid;

    /// <summary>The bytes before the first wildcard, and those after a single <c>*</c> that is the first token.</summary>
    private readonly byte[] _start;
    private readonly byte[]? _end;

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="isPath">Whether it is for paths: <c>**</c> has its meaning then. Otherwise it is for names.</param>
    public GlobPattern(string text, bool isPath)
    {
        var pattern = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < pattern.Length;)
        {
            switch (pattern[at])
            {
                case (byte)'*':
                    at = ReadStars(pattern, at, isPath);
                    break;
                case (byte)'?':
                    _tokens.Add(new Token(TokenKind.Set, Except(Slash)));
                    at++;
                    break;
                case (byte)'[':
                    var set = new BitArray(ByteValues);
                    at = ReadSet(pattern, at, set);
                    set[Slash] = false;
                    _tokens.Add(new Token(TokenKind.Set, set));
                    break;
                case (byte)'\\':
                    at++;
                    if (at == pattern.Length)
                    {
                        at = -1;
                        break;
                    }

                    goto default;
                default:
                    _tokens.Add(new Token(TokenKind.Set, Only(pattern[at]), pattern[at]));
                    at++;
                    break;
            }

            // Git takes such a pattern for one that matches nothing.
            if (at < 0)
            {
                _isInvalid = true;
                break;
            }
        }

        // Most patterns are a name, or an asterisk and an extension: they need no search.
        _start = [.. _tokens.TakeWhile(token => token.Literal is not null).Select(token => token.Literal!.Value)];
        _end = !isPath && _tokens is [{ Kind: TokenKind.Name }, ..] && _tokens.Skip(1).All(token => token.Literal is not null)
            ? [.. _tokens.Skip(1).Select(token => token.Literal!.Value)]
            : null;
    }

    /// <summary>Whether all of a text matches.</summary>
    /// <param name="text">A path or a name in UTF-8.</param>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (_isInvalid || !text.StartsWith(_start))
        {
            return false;
        }

        return _start.Length == _tokens.Count ? text.Length == _start.Length
            : _end is not null ? text.EndsWith(_end)
            : Search(text);
    }

    private bool Search(ReadOnlySpan<byte> text)
    {
        // Whether all tokens before the one of that number have matched.
        var reached = new bool[_tokens.Count + 1];
        var next = new bool[_tokens.Count + 1];
        reached[0] = true;
        SkipEmpty(reached, isAtPart: true);
        foreach (var value in text)
        {
            Array.Clear(next);
            var any = false;
            for (var i = 0; i < _tokens.Count; i++)
            {
                if (!reached[i])
                {
                    continue;
                }

                switch (_tokens[i].Kind)
                {
                    case TokenKind.Set when _tokens[i].Bytes![value]:
                        next[i + 1] = any = true;
                        break;
                    case TokenKind.Name when value != Slash:
                    case TokenKind.Anything:
                    case TokenKind.Folders:
                        next[i] = any = true;
                        break;
                    default:
                        break;
                }

                // Folders end with a slash.
                if (_tokens[i].Kind == TokenKind.Folders && value == Slash)
                {
                    next[i + 1] = any = true;
                }
            }

            if (!any)
            {
                return false;
            }

            SkipEmpty(next, isAtPart: value == Slash);
            (reached, next) = (next, reached);
        }

        return reached[^1];
    }

    /// <summary>Steps over tokens that match nothing as well as something. Folders do so only where they begin.</summary>
    private void SkipEmpty(bool[] reached, bool isAtPart)
    {
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (reached[i] && (_tokens[i].Kind is TokenKind.Name or TokenKind.Anything || (_tokens[i].Kind == TokenKind.Folders && isAtPart)))
            {
                reached[i + 1] = true;
            }
        }
    }

    private int ReadStars(ReadOnlySpan<byte> pattern, int at, bool isPath)
    {
        var first = at;
        while (at < pattern.Length && pattern[at] == '*')
        {
            at++;
        }

        var rest = pattern[at..];
        if (at - first == 1 || !isPath || (first > 0 && pattern[first - 1] != Slash) || !(rest.IsEmpty || rest[0] == Slash || rest.StartsWith("\\/"u8)))
        {
            _tokens.Add(new Token(TokenKind.Name, null));
        }
        else if (rest.StartsWith("/"u8))
        {
            _tokens.Add(new Token(TokenKind.Folders, null));
            at++;
        }
        else
        {
            _tokens.Add(new Token(TokenKind.Anything, null));
        }

        return at;
    }

    /// <summary>Reads what stands in brackets.</summary>
    /// <returns>Where the pattern goes on; -1 when it is invalid.</returns>
    private static int ReadSet(ReadOnlySpan<byte> pattern, int at, BitArray set)
    {
        at++;
        var isNegated = at < pattern.Length && pattern[at] is (byte)'!' or (byte)'^';
        at += isNegated ? 1 : 0;
        byte before = 0;
        for (var isFirst = true; isFirst || at >= pattern.Length || pattern[at] != ']'; isFirst = false, at++)
        {
            if (at >= pattern.Length)
            {
                return -1;
            }

            var value = pattern[at];
            if (value == '\\')
            {
                if (++at == pattern.Length)
                {
                    return -1;
                }

                set[before = pattern[at]] = true;
            }
            else if (value == '-' && before != 0 && at + 1 < pattern.Length && pattern[at + 1] != ']')
            {
                if (pattern[++at] == '\\' && ++at == pattern.Length)
                {
                    return -1;
                }

                for (int member = before; member <= pattern[at]; member++)
                {
                    set[member] = true;
                }

                before = 0;
            }
            else if (value == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
            {
                var end = pattern[(at + 2)..].IndexOf((byte)']');
                if (end < 0)
                {
                    return -1;
                }

                if (end == 0 || pattern[at + 1 + end] != ':')
                {
                    set[before = value] = true;
                }
                else if (!AddClass(Encoding.UTF8.GetString(pattern.Slice(at + 2, end - 1)), set))
                {
                    return -1;
                }
                else
                {
                    at += end + 2;
                    before = 0;
                }
            }
            else
            {
                set[before = value] = true;
            }
        }

        if (isNegated)
        {
            set.Not();
        }

        return at + 1;
    }

    private static bool AddClass(string name, BitArray set)
    {
        Func<char, bool>? isMember = name switch
        {
            "alnum" => char.IsAsciiLetterOrDigit,
            "alpha" => char.IsAsciiLetter,
            "blank" => character => character is ' ' or '\t',
            "cntrl" => character => character is < ' ' or '\x7F',
            "digit" => char.IsAsciiDigit,
            "graph" => character => character is > ' ' and < '\x7F',
            "lower" => char.IsAsciiLetterLower,
            "print" => character => character is >= ' ' and < '\x7F',
            "punct" => character => character is > ' ' and < '\x7F' && !char.IsAsciiLetterOrDigit(character),
            "space" => character => character is ' ' or (>= '\t' and <= '\r'),
            "upper" => char.IsAsciiLetterUpper,
            "xdigit" => char.IsAsciiHexDigit,
            _ => null,
        };
        for (var value = 0; isMember is not null && value < ByteValues; value++)
        {
            set[value] |= isMember((char)value);
        }

        return isMember is not null;
    }

    private static BitArray Only(byte value) => new(ByteValues) { [value] = true };

    private static BitArray Except(byte value) => new(ByteValues, defaultValue: true) { [value] = false };

    private enum TokenKind
    {
        /// <summary>One byte of a set.</summary>
        Set,

        /// <summary>Any bytes but slashes.</summary>
        Name,

        /// <summary>Any bytes.</summary>
        Anything,

        /// <summary>Nothing, or anything that ends with a slash.</summary>
        Folders,
    }

    /// <summary>A part of a pattern.</summary>
    /// <param name="Kind">What it matches.</param>
    /// <param name="Bytes">The bytes of a set.</param>
    /// <param name="Literal">The byte of a set of one.</param>
    private sealed record Token(TokenKind Kind, BitArray? Bytes, byte? Literal = null);
}
