import { keepToken } from '../token.js';
import { say } from '../words/words.js';

/** Asks for the token that the server wants. */
export function TokenForm({ onGiven }: { onGiven: () => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    keepToken(String(data.get('token')).trim());
    onGiven();
  };
  return (
    <form class="token" onSubmit={submit}>
      <label for="token">{say('token')}</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required />
      <button type="submit" class="main">
        {say('token.use')}
      </button>
    </form>
  );
}
