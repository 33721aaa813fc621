using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="Next">The step with which the run goes on; null: the next one; empty: none, it ends.</param>
public sealed record DecisionAnswer(string Text, string? Next);

/// <param name="Expression">PromQL whose present value helps to decide.</param>
public sealed record DecisionEvidence(string Title, string Expression);

public sealed record DecisionOptions(Template Question, IReadOnlyList<DecisionAnswer> Answers, IReadOnlyList<DecisionEvidence> Evidence) : IAnswered, IBranches
{
    public IEnumerable<string> Targets => Answers.Select(answer => answer.Next).OfType<string>().Where(next => next.Length > 0);

    public FieldProblem? Reject(string? choice, string evidence) =>
        Answers.Any(answer => answer.Text == choice) ? null : new("choice", $"is one of {string.Join(", ", Answers.Select(answer => answer.Text))}.");
}

/// <summary>
/// A question that a person answers, with what is measured beside it; the answer says where the run goes on. "If needed" stays a question.
/// <code>
/// { name: needed, kind: decision, question: Are the connections exhausted?,
///   evidence: [{ title: Connections, expression: "db_connections{system=\"shop\"}" }],
///   answers: [{ answer: "Yes, restart", next: restart }, { answer: "No", end: true }] }
/// </code>
/// Outputs: <c>answer</c>, <c>by</c>.
/// </summary>
public sealed class DecisionStepExecutor(IExpressionSyntax? syntax = null) : IStepExecutor, IStepKind
{
    const int MostAnswers = 6, MostEvidence = 4, MostLetters = 80;

    public string Kind => "decision";

    public object Read(StepYaml step)
    {
        var answers = step.Map.Maps("answers").Select(ReadAnswer).ToArray();
        if (answers.Length is < 2 or > MostAnswers)
            step.Map.Report("answers", $"{answers.Length} answers make no decision.", $"Give from 2 to {MostAnswers}: `answers: [{{ answer: Yes, next: restart }}, {{ answer: No, end: true }}]`.");
        if (answers.Select(answer => answer.Text).Distinct().Count() < answers.Length)
            step.Map.Report("answers", "Two answers have the same words.", "Say what makes them differ.");
        var evidence = step.Map.Maps("evidence").Select(ReadEvidence).ToArray();
        if (evidence.Length > MostEvidence)
            step.Map.Report("evidence", $"{evidence.Length} figures are too many to decide by.", $"Keep at most {MostEvidence}.");
        return new DecisionOptions(step.RequiredTemplate("question"), answers, evidence);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (DecisionOptions)step.Options;
        return new([options.Question.Fill(inputs), .. options.Answers.Select(answer => answer.Text)], "", RiskClass.Read);
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<DecisionOptions>();
        if (context.Answer is not { } said)
            return Task.FromResult<StepOutcome>(new StepOutcome.Waiting(WaitKind.Input, options.Question.Fill(context.Inputs)));
        var outputs = new Dictionary<string, string> { ["answer"] = said.Choice ?? "", ["by"] = said.ByName };
        return Task.FromResult<StepOutcome>(options.Answers.FirstOrDefault(answer => answer.Text == said.Choice) is { } chosen
            ? new StepOutcome.Done(outputs, $"{said.ByName} answered: {chosen.Text}.") { GoTo = chosen.Next }
            : new StepOutcome.Failed("The answer is none of those that are offered.", false, StepEffect.None));
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);

    static DecisionAnswer ReadAnswer(YamlMap map)
    {
        var text = map.Required("answer");
        var (next, ends) = (map.Text("next"), map.Flag("end") ?? false);
        map.RejectUnknownKeys();
        if (text.Length > MostLetters)
            map.Report("answer", $"The answer has {text.Length} letters; a button takes at most {MostLetters}.", "Put the rest into the question.");
        if (next is not null && ends)
            map.Report("end", "An answer leads on or ends the run, not both.", "Keep `next:` or `end: true`.");
        return new(text, ends ? "" : next);
    }

    DecisionEvidence ReadEvidence(YamlMap map)
    {
        var evidence = new DecisionEvidence(map.Required("title"), map.Expression("expression", syntax));
        map.RejectUnknownKeys();
        return evidence;
    }
}
