import networkx as nx

from graph.opening import open_existing
from graph.views.artists import artist_graph

with open_existing(".genregraph/store") as store:
    artists = artist_graph(store)  # other classes: recipe="a recipe's name"
rank = nx.pagerank(artists, weight="weight", tol=1e-10)
for artist in sorted(rank, key=rank.get, reverse=True)[:10]:
    print(artists.nodes[artist]["label"], artists.nodes[artist]["class"])
