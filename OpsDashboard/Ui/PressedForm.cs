using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;

namespace OpsDashboard.Ui;

/// <summary>Answers a plain form that somebody pressed: script gets what came of it, a browser without is led back to the page, which says it.</summary>
public static class PressedForm
{
    /// <param name="page">Relative to the base address.</param>
    /// <param name="code">Under which the page has words for what was done.</param>
    /// <param name="words">The same for script.</param>
    public static async Task<IResult> AnswerAsync(HttpContext context, ICurrentActor current, string page, string code, string words, Func<Actor, IFormCollection, Task> press)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var wantsData = PlainForm.WantsData(context.Request);
        try
        {
            await press(await current.GetAsync(), form);
            return wantsData ? Results.Json(new { said = words }, Json.Options) : PlainForm.Back(context, Urls.With(page, ("said", code)));
        }
        catch (Exception conflict) when (wantsData && conflict is IRefusal)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, conflict.Message);
        }
        catch (Exception refused) when (!wantsData && Refusals.CodeOf(refused) is not null)
        {
            return PlainForm.Back(context, Urls.With(page, ("problem", Refusals.CodeOf(refused))));
        }
    }
}
