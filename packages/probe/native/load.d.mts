/** `binding` is a Binding of src/socket/native-binding.ts. */
export type Loaded =
  | { readonly binding: unknown; readonly reason?: undefined }
  | { readonly binding?: undefined; readonly reason: string };

export function binaryPath(): string;
export function loadBinding(): Loaded;
