import './style/base.css';
import './style/frame.css';
import './style/trace.css';
import './style/views.css';
import { render } from 'preact';
import { App } from './app.js';

render(<App />, document.getElementById('page')!);
