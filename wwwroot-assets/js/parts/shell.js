globalThis.Blazor?.start();
