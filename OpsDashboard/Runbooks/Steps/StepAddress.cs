using OpsDashboard.Runbooks.Expressions;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>The address of a step whose path and query hold values: they choose neither host nor another path.</summary>
static class StepAddress
{
    /// <summary>Whether scheme and host stand before every value, closed by a slash.</summary>
    public static bool IsAnchored(Template address)
    {
        if (address.Places().FirstOrDefault() is not { Reference: not null, Before: var before })
            return true;
        var scheme = before.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && before.IndexOf('/', scheme + 3) >= 0;
    }

    /// <summary>The address with its values, each escaped; of a preview, what is not known yet stays as it stands.</summary>
    public static string Fill(Template address, StepInputs inputs) =>
        address.Fill(inputs, value => value.StartsWith("${", StringComparison.Ordinal) ? value : Uri.EscapeDataString(value));

    /// <summary>Dots need no escape, and a path of only dots leads to another place than the plan shows. Null: it does not.</summary>
    public static string? Problem(Template address, StepInputs inputs)
    {
        if (!address.References.Any())
            return null;
        var path = Fill(address, inputs).Split('?', '#')[0];
        return path.Split('/').Any(part => part is "." or "..") ? "A value of only dots would lead to another path." : null;
    }
}
