using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages;

/// <summary>What is silenced, by whom, why and until when; and a form for the next one.</summary>
public sealed partial class SilencesPage : LivePage
{
    [Inject] public required SilenceBook Silences { get; set; }
    [Inject] public required AlertQuery Alerts { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required Browser Browser { get; set; }

    /// <summary>Begins the form with a matcher, e.g. from an alert's page.</summary>
    [SupplyParameterFromQuery] public string? Matcher { get; set; }

    Actor? actor;
    DateTimeOffset now;
    IReadOnlyList<Silence> silences = [];
    Dictionary<Guid, int> matched = [];
    SilencePreview? preview;
    IReadOnlyList<FieldProblem> problems = [];
    string matchers = "", duration = "2h", reason = "", weekly = "";
    bool mayWrite, isBusy;

    string Sentence => silences.Count(silence => silence.StateAt(now) == SilenceState.Active) switch
    {
        0 => "Nothing is silenced now.",
        1 => "One silence holds now. What it hides stays visible in the lists.",
        var count => $"{count} silences hold now. What they hide stays visible in the lists.",
    };

    protected override void Follow()
    {
        On<SilencesChanged>();
        On<AlertsChanged>();
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor ??= await Current.GetAsync();
        mayWrite = actor.MayAnywhere(Permission.SilenceAlerts);
        now = Clock.GetUtcNow();
        if (matchers.Length == 0 && Matcher is not null)
            matchers = Matcher;
        silences = [.. Silences.Current(actor).OrderBy(silence => silence.StateAt(now) switch { SilenceState.Active => 0, SilenceState.Pending => 1, _ => 2 }).ThenBy(silence => silence.EndsAt)];
        var open = Alerts.Current(actor).Where(alert => alert.IsOpen).ToArray();
        matched = silences.Where(silence => silence.StateAt(now) != SilenceState.Expired).ToDictionary(silence => silence.Id, silence => open.Count(alert => silence.Matches(alert.Labels)));
    }

    string? ProblemOf(string field)
    {
        var found = problems.Where(problem => problem.Field == field || (field.Length > 0 && (problem.Field.StartsWith($"{field}.", StringComparison.Ordinal) || problem.Field.StartsWith($"{field}[", StringComparison.Ordinal)))).ToArray();
        return found.Length == 0 ? null : string.Join(" ", found.Select(problem => problem.Message));
    }

    void Preview()
    {
        (problems, preview) = ([], null);
        try
        {
            preview = Silences.Preview(actor!, Input());
        }
        catch (InvalidInputException wrong)
        {
            problems = wrong.Problems;
        }
    }

    Task CreateAsync() => ActAsync(async () =>
    {
        await Silences.CreateAsync(actor!, Input(), Gone);
        (matchers, reason, weekly, preview) = ("", "", "", null);
        await Browser.ForgetDraftsAsync();
        await Browser.ToastAsync("Silenced");
    });

    Task ExpireAsync(Silence silence) => ActAsync(async () =>
    {
        await Silences.ExpireAsync(actor!, silence.Id, Gone);
        await Browser.ToastAsync("Expired; alerts are told again");
    });

    async Task ActAsync(Func<Task> act)
    {
        (isBusy, problems) = (true, []);
        try
        {
            await act();
            await RefreshAsync(Gone);
        }
        catch (InvalidInputException wrong)
        {
            problems = wrong.Problems;
        }
        catch (Exception refused) when (refused is AccessDeniedException or NotFoundException or StaleVersionException)
        {
            problems = [new("", refused.Message)];
        }
        isBusy = false;
    }

    SilenceInput Input()
    {
        if (PrometheusDuration.TryParse(duration.Trim()) is not { } length || length <= TimeSpan.Zero)
            throw new InvalidInputException("endsAt", "is a duration such as 2h, 30m or 1d.");
        return new(matchers.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), null, Clock.GetUtcNow() + length, reason, Window());
    }

    WeeklyWindow? Window()
    {
        if (string.IsNullOrWhiteSpace(weekly))
            return null;
        var match = WindowShape().Match(weekly.Trim());
        var days = match.Groups[1].Value.Split(',').Select(day => Enum.GetValues<DayOfWeek>().Cast<DayOfWeek?>().FirstOrDefault(known => known.ToString()!.Equals(day, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (!match.Success || days.Contains(null) || !TimeOnly.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var from) || !TimeOnly.TryParse(match.Groups[3].Value, CultureInfo.InvariantCulture, out var to))
            throw new InvalidInputException("weekly", "is written as Sunday 02:00-04:00 Europe/Berlin.");
        return new([.. days.Select(day => day!.Value)], from, to, match.Groups[4].Value);
    }

    [GeneratedRegex(@"^([A-Za-z,]+) (\d\d:\d\d)-(\d\d:\d\d) (\S+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex WindowShape();
}
