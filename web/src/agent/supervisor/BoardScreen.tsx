export default function BoardScreen(): JSX.Element {
  return <div />;
}
