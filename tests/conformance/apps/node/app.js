// The notebook app on Node's Bolt, in Socket Mode. A program of its own: it knows the workspace
// by its environment alone.
"use strict";

const { App, LogLevel } = require("@slack/bolt");
const parts = require("../parts.json");

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});

app.command("/note", async ({ ack, command, respond, client }) => {
  await ack(`Noted: ${command.text}`);
  const channel = command.channel_id;
  const posted = await client.chat.postMessage({ channel, text: command.text, blocks: parts.note });
  await client.chat.postMessage({ channel, thread_ts: posted.ts, text: "More here" });
  await respond("Only you see this");
});

app.action("done", async ({ ack, body, client }) => {
  await ack();
  const { channel_id: channel, message_ts: ts } = body.container;
  await client.chat.update({ channel, ts, text: "Done", blocks: [] });
});

app.action("edit", async ({ ack, body, client }) => {
  await ack();
  const { channel_id: channel, message_ts: ts } = body.container;
  const view = { ...parts.modal, private_metadata: `${channel} ${ts}` };
  await client.views.open({ trigger_id: body.trigger_id, view });
});

app.action("help", async ({ ack, body, client }) => {
  await ack();
  const { id, hash, private_metadata } = body.view;
  const blocks = [parts.help, ...parts.modal.blocks];
  await client.views.update({ view_id: id, hash, view: { ...parts.modal, private_metadata, blocks } });
});

app.view("edit", async ({ ack, view, client }) => {
  const text = view.state.values.note.text.value;
  if (text.endsWith("!")) {
    await ack({ response_action: "errors", errors: { note: "Stay calm." } });
    return;
  }
  await ack();
  const [channel, ts] = view.private_metadata.split(" ");
  if (ts) await client.chat.update({ channel, ts, text, blocks: [] });
});

app.shortcut("new", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: parts.modal });
});

app.shortcut("keep", async ({ ack, shortcut, client }) => {
  await ack();
  const channel = shortcut.channel.id;
  const { ts, text } = shortcut.message;
  await client.reactions.add({ channel, timestamp: ts, name: "pushpin" });
  await client.chat.postMessage({ channel, thread_ts: ts, text: `Kept: ${text}` });
});

app.event("app_mention", async ({ event, client }) => {
  await client.files.uploadV2({
    channel_id: event.channel,
    thread_ts: event.ts,
    initial_comment: "All notes",
    filename: "notes.md",
    content: "# Notes\n",
  });
});

app.event("reaction_added", async ({ event, client }) => {
  const { channel, ts } = event.item;
  await client.chat.postMessage({ channel, thread_ts: ts, text: `Saw ${event.reaction}` });
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: parts.home });
});

// A message is no news; an app that does not listen is sent it again.
app.event("message", async () => {});

app.start().then(() => console.log("ready"));
