using Microsoft.JSInterop;

namespace OpsDashboard.Ui;

/// <summary>The few things a page asks of its browser. Scoped; a lost connection is no error: nobody is there to see it.</summary>
public sealed class Browser(IJSRuntime script)
{
    /// <summary>A short word at the edge of the page.</summary>
    public ValueTask ToastAsync(string text, bool critical = false) => CallAsync("ops.toast", text, critical);

    /// <summary>Something happened that whoever looks should know: a word with a link, and a sound where it is wanted.</summary>
    public ValueTask AnnounceAsync(string title, string body, string url, bool isFiring, bool isUrgent) => CallAsync("ops.announce", title, body, url, isFiring, isUrgent);

    public ValueTask OpenDialogAsync(string id) => CallAsync("ops.open", id);

    public ValueTask CloseDialogAsync(string id) => CallAsync("ops.close", id);

    /// <summary>What was typed on the page is saved: its fields with data-draft are not restored any more.</summary>
    public ValueTask ForgetDraftsAsync() => CallAsync("ops.forgetDrafts");

    /// <summary>Saves text as a file.</summary>
    public ValueTask DownloadAsync(string fileName, string text, string mediaType = "text/plain") => CallAsync("ops.download", fileName, text, mediaType);

    async ValueTask CallAsync(string function, params object[] arguments)
    {
        try
        {
            await script.InvokeVoidAsync(function, arguments);
        }
        catch (JSDisconnectedException) { }
    }
}
