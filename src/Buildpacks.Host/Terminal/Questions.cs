using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Buildpacks.Host.Terminal;

/// <summary>Asks the person at the terminal; without one, asking is an error.</summary>
internal sealed class Questions(Screen screen)
{
    /// <summary>A line as typed.</summary>
    public static string ReadLine()
    {
        RequireTerminal("a line of input");
        return Console.ReadLine() ?? throw new PipelineStoppedException();
    }

    /// <summary>A line that is not shown.</summary>
    public SecureString ReadSecret()
    {
        RequireTerminal("a secret");
        var secret = new SecureString();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                if (secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                }
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        screen.Write(Environment.NewLine);
        return secret;
    }

    /// <summary>Asks for values, one a line, such as mandatory parameters that were not given.</summary>
    public Dictionary<string, PSObject> AskFields(string caption, string message, Collection<FieldDescription> fields)
    {
        RequireTerminal(string.Join(", ", fields.Select(field => field.Name)));
        Introduce(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
        {
            screen.Write($"{field.Name}: ");
            answers[field.Name] = PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    /// <summary>Asks for one of several choices.</summary>
    /// <returns>The index of the choice.</returns>
    public int AskChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequireTerminal($"an answer to: {message}");
        Introduce(caption, message);
        var keys = choices.Select(Key).ToList();
        var offer = string.Join("  ", choices.Select((choice, index) => $"[{keys[index]}] {Name(choice)}"));
        while (true)
        {
            screen.Write(offer + (defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice]}\"): " : ": "));
            var answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            for (var index = 0; index < choices.Count; index++)
            {
                if (answer.Equals(keys[index], StringComparison.OrdinalIgnoreCase)
                    || answer.Equals(Name(choices[index]), StringComparison.OrdinalIgnoreCase))
                {
                    return index;
                }
            }
        }
    }

    /// <summary>Asks for a user and a password.</summary>
    public PSCredential AskCredential(string caption, string message, string? userName)
    {
        RequireTerminal("a credential");
        Introduce(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            screen.Write("User: ");
            userName = ReadLine();
        }

        screen.Write($"Password for {userName}: ");
        return new PSCredential(userName, ReadSecret());
    }

    private static string Name(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);

    private static string Key(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label[(mark + 1)..(mark + 2)].ToUpperInvariant() : Name(choice);
    }

    private static void RequireTerminal(string what)
    {
        if (Console.IsInputRedirected)
        {
            throw new PSInvalidOperationException($"The script asks for {what}, and there is no terminal to ask at.");
        }
    }

    private void Introduce(params string[] lines)
    {
        foreach (var line in lines.Where(line => !string.IsNullOrEmpty(line)))
        {
            screen.Write(line + Environment.NewLine);
        }
    }
}
